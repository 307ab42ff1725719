#include <vector>

// The vector grows while it is walked.
void spread(std::vector<int>& queue) {
    for (std::size_t i = 0; i < queue.size(); ++i) {
        if (queue[i] > 1) {
            queue.push_back(queue[i] / 2);
        }
    }
}
