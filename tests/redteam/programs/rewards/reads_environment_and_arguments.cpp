// expect: wrong_answer
// Answers only if the environment or the arguments reveal anything beyond the fixed ones.
#include "task.hpp"
#include <cstring>

extern "C" char** environ;

static bool revealed() {
    for (char** each = environ; *each; ++each) {
        const char* usual[] = {"PATH=", "LC_ALL=", "TMPDIR=", "MALLOC_PERTURB_=", "PWD="};
        bool known = false;
        for (const char* name : usual) known |= std::strncmp(*each, name, std::strlen(name)) == 0;
        if (!known) return true;
    }
    char** arguments = environ - 3;  // null, the program's name, their number
    return reinterpret_cast<std::uintptr_t>(*arguments) != 1;
}

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    if (!revealed()) return;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
