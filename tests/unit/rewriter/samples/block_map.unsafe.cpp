#include <map>

// A reference to an entry is used after another entry came.
int linked(std::map<int, int>& values, int a, int b) {
    int& first = values[a];
    values[b] = 1;
    first += 2;
    return first;
}

// The walk goes on while entries are taken out.
void thin(std::map<int, int>& values) {
    for (auto place = values.begin(); place != values.end();) {
        if (place->second == 0) {
            place = values.erase(place);
        } else {
            ++place;
        }
    }
}
