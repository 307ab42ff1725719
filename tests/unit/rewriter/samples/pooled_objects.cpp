#include <cstdio>
#include <memory>

struct Task {
    int number;
    std::unique_ptr<Task> next;
};

std::unique_ptr<Task> list_of(int count) {
    std::unique_ptr<Task> head;
    for (int i = 0; i < count; ++i) {
        std::unique_ptr<Task> task = std::make_unique<Task>();
        task->number = i * 3;
        task->next = std::move(head);
        head = std::move(task);
    }
    return head;
}

int main() {
    int sum = 0;
    for (int round = 1; round < 6; ++round) {
        std::unique_ptr<Task> head = list_of(round * 130);
        for (const Task* task = head.get(); task != nullptr; task = task->next.get()) sum += task->number % 101;
    }
    std::printf("%d\n", sum);
}
