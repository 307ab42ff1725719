// Reads a document into a tree of nodes, then reports what the tree holds.
#include "task.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace {

// One value of the document; views point into the text.
struct Node {
    Kind kind = kNull;
    bool replaced = false;  // by a later member of the same name
    std::int64_t number = 0;
    std::string_view name;  // within an object
    std::string_view text;
    std::vector<Node> nodes;  // the items or members
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A recursive-descent reader of one document; throws std::runtime_error where the text breaks a rule.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    Node read_document() {
        Node root = read_value();
        skip_space();
        if (at_ != text_.size()) throw std::runtime_error("text after the document");
        return root;
    }

private:
    Node read_value() {
        skip_space();
        char c = peek();
        if (c == '{') return read_object();
        if (c == '[') return read_array();
        if (c == '"') {
            Node node = make_node(kString);
            node.text = read_string();
            return node;
        }
        if (c == '-' || is_digit(c)) {
            Node node = make_node(kNumber);
            node.number = read_number();
            return node;
        }
        return make_node(read_word());
    }

    Node read_object() {
        Node node = make_node(kObject);
        expect('{');
        skip_space();
        if (peek() == '}') {
            ++at_;
            return node;
        }
        while (true) {
            skip_space();
            std::string_view name = read_string();
            skip_space();
            expect(':');
            node.nodes.push_back(read_value());
            node.nodes.back().name = name;
            skip_space();
            if (peek() == '}') break;
            expect(',');
        }
        ++at_;
        keep_last(node.nodes);
        return node;
    }

    // Marks every member that a later one of the same name replaces.
    static void keep_last(std::vector<Node>& members) {
        std::unordered_set<std::string_view> many;
        for (std::size_t i = members.size(); i-- > 0;) {
            bool repeated = false;
            if (members.size() > 16) {
                repeated = !many.insert(members[i].name).second;
            } else {
                for (std::size_t j = i + 1; j < members.size() && !repeated; ++j) {
                    repeated = members[i].name == members[j].name;
                }
            }
            members[i].replaced = repeated;
        }
    }

    Node read_array() {
        Node node = make_node(kArray);
        expect('[');
        skip_space();
        if (peek() == ']') {
            ++at_;
            return node;
        }
        while (true) {
            node.nodes.push_back(read_value());
            skip_space();
            if (peek() == ']') break;
            expect(',');
        }
        ++at_;
        return node;
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
        if (text_.compare(at_, word.size(), word) != 0) return false;
        at_ += word.size();
        return true;
    }

    Node make_node(Kind kind) {
        Node node;
        node.kind = kind;
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

    std::string_view text_;
    std::size_t at_ = 0;
};

struct Collected {
    std::unordered_set<std::string_view> strings;
    std::unordered_map<std::string_view, NameTotal> names;
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
    for (const Node& inner : node.nodes) {
        if (inner.replaced) continue;
        std::uint64_t within = walk(inner, depth + 1, tally, collected);
        sum += within;
        if (node.kind != kObject) continue;
        NameTotal& entry = collected.names[inner.name];
        entry.count += 1;
        entry.total += within;
    }
    return sum;
}

void report(const Node& root, Tally& tally) {
    Collected collected;
    tally.number_sum = walk(root, 1, tally, collected);
    tally.distinct_strings = collected.strings.size();
    for (const auto& entry : collected.names) {
        tally.names.push_back({std::string(entry.first), entry.second.count, entry.second.total});
    }
}

}  // namespace

extern "C" bool tally_document(const char* text, std::size_t size, Tally& tally) {
    try {
        Reader reader(std::string_view(text, size));
        Node root = reader.read_document();
        report(root, tally);
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}
