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

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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
        char c = peek();
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
        std::size_t start = at_;
        if (peek() == '-') ++at_;
        std::size_t first = at_;
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
        std::size_t digits = at_ - first;
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

    std::string text_;
    std::size_t at_ = 0;
};

struct Collected {
    std::set<std::string> strings;
    std::map<std::string, NameTotal> names;
};

// Adds one value and all within it to the tally; returns the sum of the numbers within.
std::uint64_t walk(const Node& node, std::uint64_t depth, Tally& tally, Collected& collected) {
    tally.kinds[node.kind] += 1;
    tally.depth = std::max(tally.depth, depth);
    if (node.kind == kString) {
        tally.string_bytes += node.text.size();
        collected.strings.insert(node.text);
    }
    std::uint64_t sum = static_cast<std::uint64_t>(node.number);
    for (const auto& item : node.items) sum += walk(*item, depth + 1, tally, collected);
    for (const auto& member : node.members) {
        std::uint64_t within = walk(*member.second, depth + 1, tally, collected);
        NameTotal& entry = collected.names[member.first];
        entry.count += 1;
        entry.total += within;
        sum += within;
    }
    return sum;
}

void report(const Node& root, Tally& tally) {
    Collected collected;
    tally.number_sum = walk(root, 1, tally, collected);
    tally.distinct_strings = collected.strings.size();
    for (const auto& entry : collected.names) {
        tally.names.push_back({entry.first, entry.second.count, entry.second.total});
    }
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
