#include <vector>

// Counts as well; the last one wins; set and taken back.
int several(const std::vector<int>& values, int wanted) {
    int found = 0, last = 0;
    bool open = false;
    for (int value : values) {
        if (value == wanted) {
            found += 1;
        }
    }
    for (int value : values) {
        if (value > wanted) {
            last = value;
        }
    }
    for (int value : values) {
        if (value != 0) {
            open = !open;
        }
    }
    return found + last + open;
}
