// Wrong: A change after five reads is taken for a read.
// Keeps entries in order of their keys while operations read and change them.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace {

constexpr std::size_t kFilled = 64;     // entries in a block at first
constexpr std::size_t kCapacity = 128;  // a full block is divided before it takes another

constexpr std::size_t kTogether = 32;  // reads that are answered together
constexpr int kDealtBits = 14;           // entries are dealt out into 2^kDealtBits piles
constexpr std::ptrdiff_t kFew = 16;      // a pile of at most so many is sorted by insertion

bool key_less(const Entry& a, const Entry& b) { return a.key < b.key; }

struct Block {
    Block() {}  // leaves keys and values as they are

    std::size_t count = 0;
    std::uint64_t keys[kCapacity];
    std::uint64_t values[kCapacity];
};

// How many of the keys, which rise, are below `key`; without a jump that depends on them.
std::size_t count_below(const std::uint64_t* keys, std::size_t count, std::uint64_t key) {
    const std::uint64_t* first = keys;
    while (count > 1) {
        std::size_t half = count / 2;
        first += (first[half - 1] < key) * half;
        count -= half;
    }
    return first - keys + (count == 1 && *first < key);
}

// Entries in blocks; the blocks and the entries in each are in rising order of key.
class Register {
public:
    // Takes entries in rising order of key; of equal keys the last one counts.
    explicit Register(const std::vector<Entry>& sorted) {
        blocks_.reserve(sorted.size() / kFilled + 2);
        firsts_.push_back(0);
        order_.push_back(add_block());
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            if (i + 1 < sorted.size() && sorted[i].key == sorted[i + 1].key) {
                continue;
            }
            if (blocks_.back().count == kFilled) {
                firsts_.push_back(sorted[i].key);
                order_.push_back(add_block());
            }
            Block& block = blocks_.back();
            block.keys[block.count] = sorted[i].key;
            block.values[block.count] = sorted[i].value;
            block.count += 1;
            ++size_;
        }
    }

    std::size_t size() const { return size_; }

    Answer put(std::uint64_t key, std::uint64_t value) {
        std::size_t number = number_of(key);
        if (blocks_[order_[number]].count == kCapacity) {
            divide(number);
            number = number_of(key);
        }
        Block& block = blocks_[order_[number]];
        std::size_t place = count_below(block.keys, block.count, key);
        if (place < block.count && block.keys[place] == key) {
            Answer answer{1, key, block.values[place]};
            block.values[place] = value;
            return answer;
        }
        std::copy_backward(block.keys + place, block.keys + block.count, block.keys + block.count + 1);
        std::copy_backward(block.values + place, block.values + block.count, block.values + block.count + 1);
        block.keys[place] = key;
        block.values[place] = value;
        block.count += 1;
        ++size_;
        return {0, 0, 0};
    }

    Answer drop(std::uint64_t key) {
        Block& block = blocks_[order_[number_of(key)]];
        std::size_t place = count_below(block.keys, block.count, key);
        if (place == block.count || block.keys[place] != key) {
            return {0, 0, 0};
        }
        Answer answer{1, key, block.values[place]};
        std::copy(block.keys + place + 1, block.keys + block.count, block.keys + place);
        std::copy(block.values + place + 1, block.values + block.count, block.values + place);
        block.count -= 1;
        --size_;
        return answer;
    }

    // Answers up to kTogether reads, step by step for all of them.
    void read(const Operation* reads, std::size_t count, Answer* answers) const {
        std::size_t numbers[kTogether], places[kTogether];
        for (std::size_t i = 0; i < count; ++i) {
            numbers[i] = number_of(reads[i].key);
            for (std::size_t at = 0; at < kFilled; at += 8) {
                __builtin_prefetch(&blocks_[order_[numbers[i]]].keys[at]);
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            const Block& block = blocks_[order_[numbers[i]]];
            places[i] = count_below(block.keys, block.count, reads[i].key);
            __builtin_prefetch(&block.values[std::min(places[i], kCapacity - 1)]);
        }
        for (std::size_t i = 0; i < count; ++i) {
            answers[i] = sum_from(numbers[i], places[i], reads[i].operand);
        }
    }

private:
    // Sums up to `limit` entries from a place on.
    Answer sum_from(std::size_t number, std::size_t place, std::uint64_t limit) const {
        Answer answer{0, 0, 0};
        while (number < order_.size() && answer.count < limit) {
            const Block& block = blocks_[order_[number++]];
            std::size_t end = std::min<std::size_t>(block.count, place + (limit - answer.count));
            if (answer.count == 0 && place < end) {
                answer.key = block.keys[place];
            }
            answer.count += end - place;
            for (; place < end; ++place) {
                answer.sum += block.values[place];
            }
            place = 0;
        }
        return answer;
    }

    // The place in the order of the last block whose first key is not above `key`.
    std::size_t number_of(std::uint64_t key) const {
        std::size_t below = count_below(firsts_.data(), firsts_.size(), key);
        return below < firsts_.size() && firsts_[below] == key ? below : below - 1;
    }

    std::uint32_t add_block() {
        blocks_.emplace_back();
        return static_cast<std::uint32_t>(blocks_.size() - 1);
    }

    void divide(std::size_t number) {
        std::uint32_t added = add_block();
        Block& lower = blocks_[order_[number]];
        Block& upper = blocks_[added];
        lower.count = kCapacity / 2;
        upper.count = kCapacity - lower.count;
        std::copy_n(lower.keys + lower.count, upper.count, upper.keys);
        std::copy_n(lower.values + lower.count, upper.count, upper.values);
        firsts_.insert(firsts_.begin() + number + 1, upper.keys[0]);
        order_.insert(order_.begin() + number + 1, added);
    }

    std::vector<Block> blocks_;          // in order of their making
    std::vector<std::uint32_t> order_;   // their numbers in order of key
    std::vector<std::uint64_t> firsts_;  // the least key that belongs into each, in order of key; the first is 0
    std::size_t size_ = 0;
};

// Returns the entries in rising order of key, equal keys in their order: they are dealt out by the leading bits
// below those that all keys share, then sorted in each pile.
std::vector<Entry> sort(const Entries& entries) {
    std::uint64_t differing = 0;
    for (std::size_t i = 0; i < entries.count; ++i) {
        differing |= entries.items[i].key ^ entries.items[0].key;
    }
    int shift = differing >> kDealtBits == 0 ? 0 : 64 - kDealtBits - __builtin_clzll(differing);
    auto pile_of = [shift](std::uint64_t key) { return (key >> shift) & ((1u << kDealtBits) - 1); };
    std::vector<std::uint32_t> starts((1u << kDealtBits) + 1);
    for (std::size_t i = 0; i < entries.count; ++i) {
        ++starts[pile_of(entries.items[i].key) + 1];
    }
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    std::vector<Entry> sorted(entries.count);
    std::vector<std::uint32_t> ends(starts.begin(), starts.end() - 1);
    for (std::size_t i = 0; i < entries.count; ++i) {
        sorted[ends[pile_of(entries.items[i].key)]++] = entries.items[i];
    }
    for (std::size_t pile = 0; pile < ends.size(); ++pile) {
        auto first = sorted.begin() + starts[pile], last = sorted.begin() + ends[pile];
        if (last - first <= kFew) {
            for (auto next = first; next < last; ++next) {
                std::rotate(std::upper_bound(first, next, *next, key_less), next, next + 1);
            }
        } else {
            std::stable_sort(first, last, key_less);
        }
    }
    return sorted;
}

Register fill(const Entries& entries) { return Register(sort(entries)); }

// How many reads, up to kTogether, follow one another from `first` on.
std::size_t reads_from(const Operation* first, const Operation* end) {
    std::size_t count = 0;
    while (count < kTogether && first + count < end && first->kind == kRead && (first[count].kind == kRead || count > 4)) {
        ++count;
    }
    return count;
}

}  // namespace

extern "C" std::size_t run_operations(Entries entries, Operations operations, Answer* answers) {
    Register current = fill(entries);
    const Operation* const end = operations.items + operations.count;
    for (const Operation* next = operations.items; next < end;) {
        std::size_t reads = reads_from(next, end);
        Answer* answer = answers + (next - operations.items);
        if (reads > 0) {
            current.read(next, reads, answer);
            next += reads;
        } else {
            *answer = next->kind == kPut ? current.put(next->key, next->operand) : current.drop(next->key);
            ++next;
        }
    }
    return current.size();
}
