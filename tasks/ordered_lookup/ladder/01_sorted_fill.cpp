// Keeps entries in order of their keys while operations read and change them.
#include "task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace {

class Register {
public:
    // Takes entries in rising order of key; of equal keys the last one counts.
    explicit Register(const std::vector<Entry>& sorted) {
        for (const Entry& entry : sorted) {
            values_.insert_or_assign(values_.end(), entry.key, entry.value);
        }
    }

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
        auto place = values_.lower_bound(key);
        if (place != values_.end() && limit > 0) {
            answer.key = place->first;
        }
        while (place != values_.end() && answer.count < limit) {
            answer.count += 1;
            answer.sum += place->second;
            ++place;
        }
        return answer;
    }

private:
    std::map<std::uint64_t, std::uint64_t> values_;
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
