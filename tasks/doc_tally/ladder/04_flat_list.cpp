// Reads a document into one list of values in document order, then reports what the list holds.
#include "task.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace {

// One value of the document; all values within it follow it directly in the list.
struct Entry {
    std::int64_t number = 0;
    std::uint32_t text_at = 0;  // of a string, in the document
    std::uint32_t text_size = 0;
    std::uint32_t name_at = 0;  // of a member, in the document; 0 elsewhere
    std::uint32_t name_size = 0;
    std::uint32_t end = 0;  // index after the last value within
    std::uint8_t kind = kNull;
    bool replaced = false;  // by a later member of the same name
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A recursive-descent reader of one document; throws std::runtime_error where the text breaks a rule.
class Reader {
public:
    Reader(std::string_view text, std::vector<Entry>& entries) : text_(text), entries_(entries) {}

    void read_document() {
        read_value();
        skip_space();
        if (at_ != text_.size()) throw std::runtime_error("text after the document");
    }

private:
    // Appends a value and all within it; returns its index.
    std::size_t read_value() {
        skip_space();
        std::size_t index = entries_.size();
        entries_.emplace_back();
        char c = peek();
        if (c == '{') {
            entries_[index].kind = kObject;
            read_object(index);
        } else if (c == '[') {
            entries_[index].kind = kArray;
            read_array();
        } else if (c == '"') {
            entries_[index].kind = kString;
            std::string_view text = read_string();
            entries_[index].text_at = offset_of(text);
            entries_[index].text_size = static_cast<std::uint32_t>(text.size());
        } else if (c == '-' || is_digit(c)) {
            entries_[index].kind = kNumber;
            entries_[index].number = read_number();
        } else {
            entries_[index].kind = read_word();
        }
        entries_[index].end = static_cast<std::uint32_t>(entries_.size());
        return index;
    }

    void read_object(std::size_t object) {
        expect('{');
        skip_space();
        if (peek() == '}') {
            ++at_;
            return;
        }
        std::size_t count = 0;
        while (true) {
            skip_space();
            std::string_view name = read_string();
            skip_space();
            expect(':');
            std::size_t member = read_value();
            entries_[member].name_at = offset_of(name);
            entries_[member].name_size = static_cast<std::uint32_t>(name.size());
            ++count;
            skip_space();
            if (peek() == '}') break;
            expect(',');
        }
        ++at_;
        keep_last(object, count);
    }

    void read_array() {
        expect('[');
        skip_space();
        if (peek() == ']') {
            ++at_;
            return;
        }
        while (true) {
            read_value();
            skip_space();
            if (peek() == ']') break;
            expect(',');
        }
        ++at_;
    }

    // Marks every member that a later one of the same name replaces.
    void keep_last(std::size_t object, std::size_t count) {
        std::size_t first = object + 1;
        if (count <= 16) {
            for (std::size_t i = first; i < entries_.size(); i = entries_[i].end) {
                for (std::size_t j = entries_[i].end; j < entries_.size(); j = entries_[j].end) {
                    if (name_of(i) == name_of(j)) entries_[i].replaced = true;
                }
            }
            return;
        }
        std::unordered_map<std::string_view, std::size_t> latest;
        for (std::size_t i = first; i < entries_.size(); i = entries_[i].end) {
            auto found = latest.try_emplace(name_of(i), i);
            if (found.second) continue;
            entries_[found.first->second].replaced = true;
            found.first->second = i;
        }
    }

    std::string_view name_of(std::size_t index) const {
        return text_.substr(entries_[index].name_at, entries_[index].name_size);
    }

    std::uint32_t offset_of(std::string_view part) const {
        return static_cast<std::uint32_t>(part.data() - text_.data());
    }

    std::string_view read_string() {
        expect('"');
        std::size_t end = text_.find('"', at_);
        if (end == std::string_view::npos) throw std::runtime_error("the text ends too early");
        std::string_view result = text_.substr(at_, end - at_);
        at_ = end + 1;
        return result;
    }

    std::int64_t read_number() {
        bool negative = peek() == '-';
        if (negative) ++at_;
        std::size_t first = at_;
        std::uint64_t value = 0;
        while (at_ < text_.size() && is_digit(text_[at_])) {
            value = value * 10 + static_cast<std::uint64_t>(text_[at_] - '0');
            ++at_;
        }
        std::size_t digits = at_ - first;
        if (digits == 0) throw std::runtime_error("a sign without digits");
        if (digits > 1 && text_[first] == '0') throw std::runtime_error("a leading zero");
        return static_cast<std::int64_t>(negative ? 0 - value : value);
    }

    Kind read_word() {
        if (take("null")) return kNull;
        if (take("true")) return kTrue;
        if (take("false")) return kFalse;
        throw std::runtime_error("an unknown word");
    }

    bool take(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }

    void skip_space() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    }

    char peek() {
        if (at_ >= text_.size()) throw std::runtime_error("the text ends too early");
        return text_[at_];
    }

    void expect(char c) {
        if (peek() != c) throw std::runtime_error("another character was expected");
        ++at_;
    }

    std::string_view text_;
    std::vector<Entry>& entries_;
    std::size_t at_ = 0;
};

class Report {
public:
    Report(std::string_view text, const std::vector<Entry>& entries, Tally& tally)
        : text_(text), entries_(entries), tally_(tally) {}

    void fill() {
        tally_.number_sum = walk(0, 1);
        tally_.distinct_strings = strings_.size();
        for (const auto& entry : names_) {
            tally_.names.push_back({std::string(entry.first), entry.second.count, entry.second.total});
        }
    }

private:
    // Adds one value and all within it to the tally; returns the sum of the numbers within.
    std::uint64_t walk(std::size_t index, std::uint64_t depth) {
        const Entry& entry = entries_[index];
        tally_.kinds[entry.kind] += 1;
        tally_.depth = std::max(tally_.depth, depth);
        if (entry.kind == kString) {
            tally_.string_bytes += entry.text_size;
            strings_.insert(text_.substr(entry.text_at, entry.text_size));
        }
        std::uint64_t sum = static_cast<std::uint64_t>(entry.number);
        for (std::size_t i = index + 1; i < entry.end; i = entries_[i].end) {
            if (entries_[i].replaced) continue;
            std::uint64_t within = walk(i, depth + 1);
            sum += within;
            if (entries_[i].name_at == 0) continue;
            NameTotal& total = names_[text_.substr(entries_[i].name_at, entries_[i].name_size)];
            total.count += 1;
            total.total += within;
        }
        return sum;
    }

    std::string_view text_;
    const std::vector<Entry>& entries_;
    Tally& tally_;
    std::unordered_set<std::string_view> strings_;
    std::unordered_map<std::string_view, NameTotal> names_;
};

}  // namespace

extern "C" bool tally_document(const char* text, std::size_t size, Tally& tally) {
    try {
        static std::vector<Entry> entries;  // its room serves one document after another
        entries.clear();
        std::string_view document(text, size);
        Reader(document, entries).read_document();
        Report(document, entries, tally).fill();
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}
