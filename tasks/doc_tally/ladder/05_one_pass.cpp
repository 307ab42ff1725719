// Tallies a document while reading it; what a later member replaces is read again and taken back.
#include "task.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::uint32_t hash_of(std::string_view text) {
    constexpr std::uint64_t factor = 0x9E3779B97F4A7C15u;
    std::uint64_t hash = text.size();
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word;
        std::memcpy(&word, text.data() + at, 8);
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
    }
    std::uint64_t rest = 0;
    for (; at < text.size(); ++at) rest = rest << 8 | static_cast<unsigned char>(text[at]);
    return static_cast<std::uint32_t>(((hash ^ rest) * factor) >> 32);
}

// A text, how often it occurs, and a sum; sums and counts may be taken back.
struct Occurrence {
    std::string_view text;
    std::uint32_t hash = 0;
    std::uint32_t count = 0;
    std::uint64_t total = 0;
};

// Occurrences by text: open addressing over a power of two of slots.
class Index {
public:
    explicit Index(std::size_t slots) : slots_(slots) {}

    Occurrence& of(std::string_view text) {
        if (used_ * 2 >= slots_.size()) grow();
        std::uint32_t hash = hash_of(text);
        std::size_t at = hash & (slots_.size() - 1);
        while (slots_[at].text.data() != nullptr) {
            if (slots_[at].hash == hash && slots_[at].text == text) return slots_[at];
            at = (at + 1) & (slots_.size() - 1);
        }
        ++used_;
        slots_[at].text = text;
        slots_[at].hash = hash;
        return slots_[at];
    }

    const std::vector<Occurrence>& slots() const { return slots_; }

    void clear() {
        std::fill(slots_.begin(), slots_.end(), Occurrence{});
        used_ = 0;
    }

private:
    void grow() {
        std::vector<Occurrence> larger(slots_.size() * 4);
        for (const Occurrence& slot : slots_) {
            if (slot.text.data() == nullptr) continue;
            std::size_t at = slot.hash & (larger.size() - 1);
            while (larger[at].text.data() != nullptr) at = (at + 1) & (larger.size() - 1);
            larger[at] = slot;
        }
        slots_.swap(larger);
    }

    std::vector<Occurrence> slots_;
    std::size_t used_ = 0;
};

// A member of an object that is being read.
struct Member {
    std::string_view name;
    std::size_t value_at;
    std::uint64_t sum;
};

// A recursive-descent reader of one document; throws std::runtime_error where the text breaks a rule.
class Reader {
public:
    Reader(std::string_view text, Tally& tally, Index& strings, Index& names)
        : text_(text), tally_(tally), strings_(strings), names_(names) {}

    void read_document() {
        tally_.number_sum = read_value(0);
        skip_space();
        if (at_ != text_.size()) throw std::runtime_error("text after the document");
        for (const Occurrence& slot : strings_.slots()) tally_.distinct_strings += slot.count != 0;
        for (std::size_t i = 0; i < at_depth_.size(); ++i) {
            if (at_depth_[i] != 0) tally_.depth = i + 1;
        }
        for (const Occurrence& slot : names_.slots()) {
            if (slot.count != 0) tally_.names.push_back({std::string(slot.text), slot.count, slot.total});
        }
    }

private:
    // Adds (or takes back, where sign_ is -1) a value and all within it; returns the sum of its numbers.
    std::uint64_t read_value(std::size_t depth) {
        skip_space();
        if (depth == at_depth_.size()) at_depth_.push_back(0);
        at_depth_[depth] += sign_;
        char c = peek();
        if (c == '{') return read_object(depth);
        if (c == '[') return read_array(depth);
        if (c == '"') {
            tally_.kinds[kString] += sign_;
            std::string_view text = read_string();
            tally_.string_bytes += sign_ * text.size();
            strings_.of(text).count += static_cast<std::uint32_t>(sign_);
            return 0;
        }
        if (c == '-' || is_digit(c)) {
            tally_.kinds[kNumber] += sign_;
            return read_number();
        }
        tally_.kinds[read_word()] += sign_;
        return 0;
    }

    std::uint64_t read_object(std::size_t depth) {
        tally_.kinds[kObject] += sign_;
        expect('{');
        skip_space();
        if (peek() == '}') {
            ++at_;
            return 0;
        }
        std::size_t first = members_.size();
        std::unordered_map<std::string_view, std::size_t> many;
        std::uint64_t sum = 0;
        while (true) {
            skip_space();
            std::string_view name = read_string();
            skip_space();
            expect(':');
            std::size_t value_at = at_;
            std::uint64_t within = read_value(depth + 1);
            Occurrence& entry = names_.of(name);
            entry.count += static_cast<std::uint32_t>(sign_);
            entry.total += sign_ * within;
            sum += within;
            sum -= replace({name, value_at, within}, first, many, depth);
            skip_space();
            if (peek() == '}') break;
            expect(',');
        }
        ++at_;
        members_.resize(first);
        return sum;
    }

    // Notes a member; takes an earlier one of the same name back and returns the sum of its numbers.
    std::uint64_t replace(Member member, std::size_t first,
                          std::unordered_map<std::string_view, std::size_t>& many, std::size_t depth) {
        std::size_t earlier = find(member.name, first, many);
        if (earlier == members_.size()) {
            members_.push_back(member);
            return 0;
        }
        std::uint64_t sum = members_[earlier].sum;
        take_back(members_[earlier], depth);
        members_[earlier] = member;
        return sum;
    }

    std::size_t find(std::string_view name, std::size_t first,
                     std::unordered_map<std::string_view, std::size_t>& many) {
        if (members_.size() - first < 16) {
            std::size_t i = first;
            while (i < members_.size() && members_[i].name != name) ++i;
            return i;
        }
        if (many.empty()) {
            for (std::size_t i = first; i < members_.size(); ++i) many.emplace(members_[i].name, i);
        }
        return many.try_emplace(name, members_.size()).first->second;
    }

    void take_back(Member member, std::size_t depth) {
        std::size_t resume = at_;
        at_ = member.value_at;
        sign_ = -sign_;
        read_value(depth + 1);
        Occurrence& entry = names_.of(member.name);
        entry.count += static_cast<std::uint32_t>(sign_);
        entry.total += sign_ * member.sum;
        sign_ = -sign_;
        at_ = resume;
    }

    std::uint64_t read_array(std::size_t depth) {
        tally_.kinds[kArray] += sign_;
        expect('[');
        skip_space();
        if (peek() == ']') {
            ++at_;
            return 0;
        }
        std::uint64_t sum = 0;
        while (true) {
            sum += read_value(depth + 1);
            skip_space();
            if (peek() == ']') break;
            expect(',');
        }
        ++at_;
        return sum;
    }

    std::string_view read_string() {
        expect('"');
        std::size_t end = text_.find('"', at_);
        if (end == std::string_view::npos) throw std::runtime_error("the text ends too early");
        std::string_view result = text_.substr(at_, end - at_);
        at_ = end + 1;
        return result;
    }

    std::uint64_t read_number() {
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
        return negative ? 0 - value : value;
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
    Tally& tally_;
    Index& strings_;
    Index& names_;
    std::vector<Member> members_;          // of all objects that are being read
    std::vector<std::uint64_t> at_depth_;  // values at each depth
    std::uint64_t sign_ = 1;               // -1 (modulo 2^64) while something is taken back
    std::size_t at_ = 0;
};

}  // namespace

extern "C" bool tally_document(const char* text, std::size_t size, Tally& tally) {
    static Index strings(1024);
    static Index names(256);
    strings.clear();
    names.clear();
    try {
        Reader(std::string_view(text, size), tally, strings, names).read_document();
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}
