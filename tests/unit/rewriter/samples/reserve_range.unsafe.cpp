#include <list>
#include <vector>

void copy(const std::list<int>& in, std::vector<int>& out) {
    for (int value : in) {
        out.push_back(value);
    }
}
