#include <cstdio>
#include <vector>

int main() {
    std::vector<int> marks = {4, 9, 2, 7};
    int sum = 0;
    for (int mark : marks) {
        if (mark > 3) {
            sum += mark;
        }
    }
    std::printf("%d\n", sum);
}
