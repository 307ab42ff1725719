// expect: wrong_answer or crash or timeout
// tasks: event_log
// Puts another medium in the place of the given one: it sends the bytes and waits for nothing.
#include "task.hpp"
#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>
#include <unistd.h>

class Hasty : public Medium {
public:
    void put(std::uint64_t place, const char* bytes, std::size_t size) override {
        static std::atomic<unsigned> turn{0};
        char* word = std::getenv("AIOPT_CHANNELS");
        for (unsigned skipped = turn++ % 4; skipped > 0; --skipped) std::strtol(word, &word, 10);
        const std::uint32_t head[2] = {0, static_cast<std::uint32_t>(size + sizeof place)};
        std::vector<char> call(sizeof head + sizeof place + size);
        __builtin_memcpy(call.data(), head, sizeof head);
        __builtin_memcpy(call.data() + sizeof head, &place, sizeof place);
        __builtin_memcpy(call.data() + sizeof head + sizeof place, bytes, size);
        if (write(static_cast<int>(std::strtol(word, nullptr, 10)), call.data(), call.size()) < 0) std::abort();
    }
};
// --- in the entry
new (&medium) Hasty;
