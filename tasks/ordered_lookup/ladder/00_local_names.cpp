// Keeps entries in order of their keys while operations read and change them.
#include "task.hpp"

#include <cstddef>
#include <cstdint>
#include <map>

namespace {

class Register {
public:
    std::size_t size() const { return values_.size(); }

    Answer put(std::uint64_t key, std::uint64_t value) {
        auto [place, added] = values_.insert({key, value});
        if (added) {
            return {0, 0, 0};
        }
        Answer answer{1, key, place->second};
        place->second = value;
        return answer;
    }

    Answer drop(std::uint64_t key) {
        auto place = values_.find(key);
        if (place == values_.end()) {
            return {0, 0, 0};
        }
        Answer answer{1, key, place->second};
        values_.erase(place);
        return answer;
    }

    // Reads up to `limit` entries, from the first one on whose key is not below `key`.
    Answer read(std::uint64_t key, std::uint64_t limit) const {
        Answer answer{0, 0, 0};
        const auto end = values_.end();
        auto place = values_.lower_bound(key);
        if (place == end || limit == 0) {
            return answer;
        }
        answer.key = place->first;
        std::uint64_t count = 0;
        std::uint64_t sum = 0;
        for (; place != end && count != limit; ++place) {
            ++count;
            sum += place->second;
        }
        answer.count = count;
        answer.sum = sum;
        return answer;
    }

private:
    std::map<std::uint64_t, std::uint64_t> values_;
};

Register fill(const Entries& entries) {
    Register filled;
    const Entry* const end = entries.items + entries.count;
    for (const Entry* entry = entries.items; entry != end; ++entry) {
        filled.put(entry->key, entry->value);
    }
    return filled;
}

inline Answer apply(Register& entries, const Operation& operation) {
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
