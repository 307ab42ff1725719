#include <algorithm>
#include <vector>

// Looks already; and a part of a vector is not the whole.
void tidy(std::vector<int>& values) {
    if (!std::is_sorted(values.begin(), values.end())) std::sort(values.begin(), values.end());
}

void tidy_head(std::vector<int>& values) {
    std::sort(values.begin(), values.begin() + 3);
}
