#include <cstdio>
#include <string>

int main() {
    std::string line;
    for (char c = 'a'; c < 'f'; ++c) {
        line = line + c;
        line = line + "-" + c;
    }
    std::printf("%s\n", line.c_str());
}
