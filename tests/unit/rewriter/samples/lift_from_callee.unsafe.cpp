#include <vector>

std::vector<int> grey(const std::vector<int>& picture, int limit) {
    std::vector<int> result(picture.size());
    for (std::size_t i = 0; i < picture.size(); ++i) result[i] = picture[i] / limit;
    return result;
}

// Differs from call to call; changed by the callee; the argument changes in the loop.
int above(const std::vector<int>& picture, int limit) {
    std::vector<int> shades = grey(picture, limit);
    return static_cast<int>(shades.size());
}

std::vector<int> copy_of(const std::vector<int>& picture) {
    std::vector<int> result(picture.size());
    for (std::size_t i = 0; i < picture.size(); ++i) result[i] = picture[i];
    return result;
}

int painted(const std::vector<int>& picture, int colour) {
    std::vector<int> own = copy_of(picture);
    own.push_back(colour);
    return static_cast<int>(own.size());
}

int counted(const std::vector<int>& picture) {
    std::vector<int> own = copy_of(picture);
    return static_cast<int>(own.size());
}

int all(std::vector<int> picture) {
    int sum = 0;
    for (int i = 1; i < 9; ++i) {
        sum += above(picture, i) + painted(picture, i) + counted(picture);
        picture.push_back(i);
    }
    return sum;
}
