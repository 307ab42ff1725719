#include <list>

int rotate(std::list<int>& line) {
    int first = line.front();
    line.push_back(first);
    line.pop_front();
    return first;
}
