#include <algorithm>
#include <iterator>
#include <list>
#include <set>
#include <string>
#include <vector>

// No random access, no numbers, a comparator that counts or is unknown, an array of unknown elements.
bool holds(const std::list<int>& numbers, int number) {
    return std::binary_search(numbers.begin(), numbers.end(), number);
}

long before(const std::set<int>& numbers, int number) {
    return std::distance(numbers.begin(), std::lower_bound(numbers.begin(), numbers.end(), number));
}

long place(const std::vector<std::string>& words, const std::string& word) {
    return std::lower_bound(words.begin(), words.end(), word) - words.begin();
}

long named(const std::vector<std::string>& words, const std::string& word) {
    return std::lower_bound(words.begin(), words.end(), word,
                            [](const std::string& a, const std::string& b) { return a < b; }) -
           words.begin();
}

long counted(const std::vector<int>& numbers, int number, int& looks) {
    return std::lower_bound(numbers.begin(), numbers.end(), number,
                            [&](int a, int b) { return a + 0 * ++looks < b; }) -
           numbers.begin();
}

template <class Order>
long ordered(const std::vector<int>& numbers, int number, Order order) {
    return std::lower_bound(numbers.begin(), numbers.end(), number, order) - numbers.begin();
}

template <class Numbers>
bool among(const Numbers& numbers, int number) {
    return std::binary_search(numbers.begin(), numbers.end(), number);
}
