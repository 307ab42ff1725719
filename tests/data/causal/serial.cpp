// One thread: seven tenths of the time on one line, three on another.
#include "truth.hpp"

static std::uint64_t x = 1;

int main(int argc, char** argv) {
    return truth::run(argc, argv, [](long items) {
        const long most = truth::loops(700 * truth::share("MOST")), rest = truth::loops(300 * truth::share("REST"));
        for (long i = 0; i < items; ++i) {
            WORK(x, most)  // MOST
            WORK(x, rest)  // REST
            PROGRESS_POINT("item");
        }
        asm volatile("" ::"r"(x));
    });
}
