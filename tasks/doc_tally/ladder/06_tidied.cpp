// Reads a document into a tree of nodes, then reports what the tree holds.
#include "task.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

namespace {

// One value of the document.
struct Node {
    Kind kind = kNull;
    std::int64_t number = 0;
    std::string text;
    std::vector<std::unique_ptr<Node>> items;
    std::map<std::string, std::unique_ptr<Node>> members;
};

inline bool is_space(const char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

inline bool is_digit(const char c) { return c >= '0' && c <= '9'; }

// A recursive-descent reader of one document; throws std::runtime_error where the text breaks a rule.
class Reader {
public:
    explicit Reader(std::string text) : text_(text) {}

    std::unique_ptr<Node> read_document() {
        std::unique_ptr<Node> root = read_value();
        skip_space();
        if (at_ != text_.size()) throw std::runtime_error("text after the document");
        return root;
    }

private:
    std::unique_ptr<Node> read_value() {
        skip_space();
        const char c = peek();
        if (c == '{') return read_object();
        if (c == '[') return read_array();
        if (c == '"') {
            std::unique_ptr<Node> node = make_node(kString);
            node->text = read_string();
            return node;
        }
        if (c == '-' || is_digit(c)) {
            std::unique_ptr<Node> node = make_node(kNumber);
            node->number = read_number();
            return node;
        }
        return make_node(read_word());
    }

    std::unique_ptr<Node> read_object() {
        std::unique_ptr<Node> node = make_node(kObject);
        expect('{');
        skip_space();
        if (peek() == '}') {
            ++at_;
            return node;
        }
        while (true) {
            skip_space();
            std::string name = read_string();
            skip_space();
            expect(':');
            node->members[name] = read_value();
            skip_space();
            if (peek() == '}') break;
            expect(',');
        }
        ++at_;
        return node;
    }

    std::unique_ptr<Node> read_array() {
        std::unique_ptr<Node> node = make_node(kArray);
        expect('[');
        skip_space();
        if (peek() == ']') {
            ++at_;
            return node;
        }
        while (true) {
            node->items.push_back(read_value());
            skip_space();
            if (peek() == ']') break;
            expect(',');
        }
        ++at_;
        return node;
    }

    std::string read_string() {
        expect('"');
        std::string result;
        while (peek() != '"') {
            result = result + peek();
            ++at_;
        }
        ++at_;
        return result;
    }

    std::int64_t read_number() {
        const std::size_t start = at_;
        if (peek() == '-') ++at_;
        const std::size_t first = at_;
        const std::size_t size = text_.size();
        while (at_ < size && is_digit(text_[at_])) ++at_;
        const std::size_t digits = at_ - first;
        if (digits == 0) throw std::runtime_error("a sign without digits");
        if (digits > 1 && text_[first] == '0') throw std::runtime_error("a leading zero");
        std::string number = text_.substr(start, at_ - start);
        return std::stoll(number);
    }

    Kind read_word() {
        std::string word;
        while (at_ < text_.size() && text_[at_] >= 'a' && text_[at_] <= 'z') {
            word = word + text_[at_];
            ++at_;
        }
        if (word == "null") return kNull;
        if (word == "true") return kTrue;
        if (word == "false") return kFalse;
        throw std::runtime_error("an unknown word");
    }

    std::unique_ptr<Node> make_node(Kind kind) {
        std::unique_ptr<Node> node = std::make_unique<Node>();
        node->kind = kind;
        return node;
    }

    void skip_space() {
        const std::size_t size = text_.size();
        while (at_ < size && is_space(text_[at_])) ++at_;
    }

    char peek() {
        if (at_ >= text_.size()) throw std::runtime_error("the text ends too early");
        return text_[at_];
    }

    void expect(char c) {
        if (peek() != c) throw std::runtime_error("another character was expected");
        ++at_;
    }

    std::string text_;
    std::size_t at_ = 0;
};

void count_kinds(const Node& node, Tally& tally) {
    ++tally.kinds[node.kind];
    for (const auto& item : node.items) count_kinds(*item, tally);
    for (const auto& member : node.members) count_kinds(*member.second, tally);
}

std::uint64_t sum_numbers(const Node& node) {
    std::uint64_t sum = static_cast<std::uint64_t>(node.number);
    for (const auto& item : node.items) sum += sum_numbers(*item);
    for (const auto& member : node.members) sum += sum_numbers(*member.second);
    return sum;
}

std::uint64_t measure_depth(const Node& node) {
    std::uint64_t deepest = 0;  // among the values within
    for (const auto& item : node.items) deepest = std::max(deepest, measure_depth(*item));
    for (const auto& member : node.members) deepest = std::max(deepest, measure_depth(*member.second));
    return deepest + 1;
}

void collect_strings(const Node& node, std::vector<std::string>& strings) {
    if (node.kind == kString) strings.push_back(node.text);
    for (const auto& item : node.items) collect_strings(*item, strings);
    for (const auto& member : node.members) collect_strings(*member.second, strings);
}

void add_to_name(std::map<std::string, NameTotal>& totals, std::string name, std::uint64_t sum) {
    NameTotal& entry = totals[name];
    entry.name = name;
    ++entry.count;
    entry.total += sum;
}

void collect_names(const Node& node, std::map<std::string, NameTotal>& totals) {
    for (const auto& item : node.items) collect_names(*item, totals);
    for (const auto& member : node.members) {
        add_to_name(totals, member.first, sum_numbers(*member.second));
        collect_names(*member.second, totals);
    }
}

void report(const Node& root, Tally& tally) {
    count_kinds(root, tally);
    tally.number_sum = sum_numbers(root);
    tally.depth = measure_depth(root);

    std::vector<std::string> strings;
    collect_strings(root, strings);
    std::set<std::string> distinct;
    for (std::string text : strings) {
        tally.string_bytes += text.size();
        distinct.insert(text);
    }
    tally.distinct_strings = distinct.size();

    std::map<std::string, NameTotal> totals;
    collect_names(root, totals);
    for (const auto& entry : totals) tally.names.push_back(entry.second);
}

}  // namespace

extern "C" bool tally_document(const char* text, std::size_t size, Tally& tally) {
    try {
        Reader reader(std::string(text, size));
        std::unique_ptr<Node> root = reader.read_document();
        report(*root, tally);
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}
