// Call chains by frame pointers; through code without them by looking for return addresses on the stack.
#include "lull.hpp"

#ifndef __x86_64__
#error "Lull reads x86-64 stacks"
#endif

namespace lull {
namespace {

constexpr int deepest = 64;
constexpr std::uintptr_t scanned_words = 512;

std::uintptr_t word_at(std::uintptr_t address) { return *reinterpret_cast<std::uintptr_t*>(address); }

// Whether a call instruction ends at ``address``: direct, or through a register or memory operand.
bool follows_call(std::uintptr_t address) {
    const auto* code = reinterpret_cast<const unsigned char*>(address);
    if (!in_program(address - 8)) return false;
    if (code[-5] == 0xE8) return true;
    const auto indirect = [code](int length) {
        return code[-length] == 0xFF && ((code[1 - length] >> 3) & 7) == 2;
    };
    return indirect(2) || indirect(3) || indirect(4) || indirect(6) || indirect(7);
}

std::uintptr_t scan_for_return(std::uintptr_t stack, std::uintptr_t end) {
    const std::uintptr_t limit = stack + scanned_words * sizeof(std::uintptr_t);
    for (std::uintptr_t at = stack; at + sizeof at <= end && at < limit; at += sizeof at) {
        const std::uintptr_t value = word_at(at);
        if (in_program(value) && follows_call(value)) return value;
    }
    return 0;
}

}  // namespace

Site find_site(const Registers& at, std::uintptr_t stack_end) {
    Site site;
    std::uintptr_t lowest = (at.stack + 7) & ~std::uintptr_t{7};
    if (in_program(at.code)) site.add(line_at(at.code));
    else if (const std::uintptr_t address = scan_for_return(lowest, stack_end)) site.add(line_at(address - 1));
    std::uintptr_t frame = at.frame;
    for (int depth = 0; depth < deepest; ++depth) {
        if (frame < lowest || frame % 8 != 0 || frame + 16 > stack_end) break;
        const std::uintptr_t address = word_at(frame + 8);
        if (in_program(address)) site.add(line_at(address - 1));
        lowest = frame + 16;
        frame = word_at(frame);
    }
    return site;
}

}  // namespace lull
