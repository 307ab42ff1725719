#include <cstdint>
#include <string>
#include <vector>

// Elements that own memory; a list that is handed on, walked, cleared of its room, or given its size;
// one that outlives the call; one that grows nowhere in a loop; a parameter; one that only grows.
std::size_t words(int count) {
    std::vector<std::string> open;
    for (int i = 0; i < count; ++i) {
        open.push_back("word");
        if (i == 7) {
            open.pop_back();
        }
    }
    return open.size();
}

std::vector<int> returned(int count) {
    std::vector<int> open;
    for (int i = 0; i < count; ++i) {
        open.push_back(i);
        if (i == 7) {
            open.pop_back();
        }
    }
    return open;
}

int walked(int count) {
    std::vector<int> open;
    int sum = 0;
    for (int i = 0; i < count; ++i) {
        open.push_back(i);
        if (i == 7) {
            open.pop_back();
        }
    }
    for (const int each : open) sum += each;
    return sum;
}

std::size_t sized(int count) {
    std::vector<int> open;
    for (int i = 0; i < count; ++i) {
        open.push_back(i);
        if (i == 7) {
            open.pop_back();
        }
    }
    open.resize(3);
    return open.size();
}

std::size_t filled(int count) {
    std::vector<int> open;
    for (int i = 0; i < count; ++i) {
        open.assign(count, 1);
        open.push_back(i);
        if (i == 7) {
            open.pop_back();
        }
    }
    return open.size();
}

std::size_t kept(int count) {
    static std::vector<int> open;
    for (int i = 0; i < count; ++i) {
        open.push_back(i);
        if (i == 7) {
            open.pop_back();
        }
    }
    return open.size();
}

int once(int value) {
    std::vector<int> open;
    open.push_back(value);
    open.push_back(2);
    open.pop_back();
    return open.back();
}

void given(std::vector<int>& open, int count) {
    for (int i = 0; i < count; ++i) {
        open.push_back(i);
        if (i == 7) {
            open.pop_back();
        }
    }
}

std::size_t flags(int count) {
    std::vector<bool> open;
    for (int i = 0; i < count; ++i) {
        open.push_back(i % 3 == 0);
        if (i == 7) {
            open.pop_back();
        }
    }
    return open.size();
}

std::size_t grown(int count) {
    std::vector<int> open;
    for (int i = 0; i < count; ++i) {
        open.push_back(i);
    }
    return open.size();
}
