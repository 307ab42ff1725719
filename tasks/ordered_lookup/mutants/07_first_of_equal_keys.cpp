// Wrong: Of entries with equal keys the first one counts.
// Keeps entries in order of their keys while operations read and change them.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

constexpr std::size_t kFilled = 64;     // entries in a block at first
constexpr std::size_t kCapacity = 128;  // a block that would grow beyond is divided

using Block = std::vector<Entry>;

bool key_below(const Entry& entry, std::uint64_t key) { return entry.key < key; }

// Entries in blocks; the blocks and the entries in each are in rising order of key.
class Register {
public:
    // Takes entries in rising order of key; of equal keys the last one counts.
    explicit Register(const std::vector<Entry>& sorted) {
        blocks_.emplace_back();
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            if (i > 0 && sorted[i - 1].key == sorted[i].key) {
                continue;
            }
            if (blocks_.back().size() == kFilled) {
                blocks_.emplace_back();
            }
            blocks_.back().push_back(sorted[i]);
            ++size_;
        }
        for (const Block& block : blocks_) {
            firsts_.push_back(block.empty() ? 0 : block.front().key);
        }
    }

    std::size_t size() const { return size_; }

    Answer put(std::uint64_t key, std::uint64_t value) {
        std::size_t number = block_of(key);
        Block& block = blocks_[number];
        auto place = std::lower_bound(block.begin(), block.end(), key, key_below);
        if (place != block.end() && place->key == key) {
            Answer answer{1, key, place->value};
            place->value = value;
            return answer;
        }
        block.insert(place, {key, value});
        ++size_;
        if (block.size() > kCapacity) {
            divide(number);
        }
        return {0, 0, 0};
    }

    Answer drop(std::uint64_t key) {
        Block& block = blocks_[block_of(key)];
        auto place = std::lower_bound(block.begin(), block.end(), key, key_below);
        if (place == block.end() || place->key != key) {
            return {0, 0, 0};
        }
        Answer answer{1, key, place->value};
        block.erase(place);
        --size_;
        return answer;
    }

    // Reads up to `limit` entries, from the first one on whose key is not below `key`.
    Answer read(std::uint64_t key, std::uint64_t limit) const {
        Answer answer{0, 0, 0};
        std::size_t number = block_of(key);
        const Block& first = blocks_[number];
        std::size_t place = std::lower_bound(first.begin(), first.end(), key, key_below) - first.begin();
        while (number < blocks_.size() && answer.count < limit) {
            const Block& block = blocks_[number++];
            std::size_t end = std::min<std::size_t>(block.size(), place + (limit - answer.count));
            if (answer.count == 0 && place < end) {
                answer.key = block[place].key;
            }
            answer.count += end - place;
            for (; place < end; ++place) {
                answer.sum += block[place].value;
            }
            place = 0;
        }
        return answer;
    }

private:
    // The last block whose first key is not above `key`, or the first block.
    std::size_t block_of(std::uint64_t key) const {
        auto above = std::upper_bound(firsts_.begin() + 1, firsts_.end(), key);
        return above - firsts_.begin() - 1;
    }

    void divide(std::size_t number) {
        Block& block = blocks_[number];
        Block upper(block.begin() + block.size() / 2, block.end());
        block.resize(block.size() / 2);
        firsts_.insert(firsts_.begin() + number + 1, upper.front().key);
        blocks_.insert(blocks_.begin() + number + 1, std::move(upper));
    }

    std::vector<Block> blocks_;
    std::vector<std::uint64_t> firsts_;  // the least key that belongs into each block
    std::size_t size_ = 0;
};

Register fill(const Entries& entries) {
    std::vector<Entry> sorted(entries.items, entries.items + entries.count);
    std::stable_sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.key < b.key; });
    return Register(sorted);
}

Answer apply(Register& entries, const Operation& operation) {
    switch (operation.kind) {
        case kPut:
            return entries.put(operation.key, operation.operand);
        case kDrop:
            return entries.drop(operation.key);
        default:
            return entries.read(operation.key, operation.operand);
    }
}

}  // namespace

extern "C" std::size_t run_operations(Entries entries, Operations operations, Answer* answers) {
    Register current = fill(entries);
    for (std::size_t i = 0; i < operations.count; ++i) {
        answers[i] = apply(current, operations.items[i]);
    }
    return current.size();
}
