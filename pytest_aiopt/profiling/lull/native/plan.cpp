// Reads the plan, a text file made by lull.py: one "key values" a line.
#include "lull.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <link.h>

namespace lull {

__constinit Plan plan;

namespace {

struct Row {
    std::uintptr_t address;
    int line;
};

Row* rows = nullptr;
std::size_t row_count = 0;
std::uintptr_t base = 0, code_begin = UINTPTR_MAX, code_end = 0;

int find_program(dl_phdr_info* info, std::size_t, void*) {
    base = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const auto& header = info->dlpi_phdr[i];
        if (header.p_type != PT_LOAD || !(header.p_flags & PF_X)) continue;
        const std::uintptr_t begin = base + header.p_vaddr;
        if (begin < code_begin) code_begin = begin;
        if (begin + header.p_memsz > code_end) code_end = begin + header.p_memsz;
    }
    return 1;  // the first object is the main program
}

template <class Item>
Item* room_for(Item* items, std::size_t count) {  // grows by doubling
    if (count & (count - 1)) return items;
    auto* grown = static_cast<Item*>(std::realloc(items, (count ? 2 * count : 1) * sizeof(Item)));
    if (!grown) std::abort();
    return grown;
}

bool read_entry(const char* text) {
    long first = 0, second = 0;
    unsigned long address = 0;
    char name[512];
    if (std::sscanf(text, "period %ld", &first) == 1) plan.period = first;
    else if (std::sscanf(text, "window %ld", &first) == 1) plan.window = first;
    else if (std::sscanf(text, "end-to-end %ld", &first) == 1) plan.end_to_end = first != 0;
    else if (std::sscanf(text, "paced %ld", &first) == 1) plan.paced = first != 0;
    else if (std::sscanf(text, "line %511[^\n]", name) == 1) {
        plan.name = room_for(plan.name, static_cast<std::size_t>(plan.lines));
        plan.name[plan.lines++] = strdup(name);
    } else if (std::sscanf(text, "address %lx %ld", &address, &first) == 2) {
        rows = room_for(rows, row_count);
        rows[row_count++] = {address, static_cast<int>(first)};
    } else if (std::sscanf(text, "step %ld %ld", &first, &second) == 2) {
        plan.step = room_for(plan.step, static_cast<std::size_t>(plan.steps));
        plan.step[plan.steps++] = {static_cast<int>(first), static_cast<int>(second)};
    } else return false;
    return true;
}

}  // namespace

bool load_plan(const char* path) {
    dl_iterate_phdr(find_program, nullptr);
    std::FILE* file = std::fopen(path, "re");
    if (!file) return false;
    char text[600];
    bool good = true;
    while (good && std::fgets(text, sizeof text, file)) good = read_entry(text);
    std::fclose(file);
    for (std::size_t i = 0; i < row_count; ++i) good = good && rows[i].line < plan.lines;
    for (int i = 0; i < plan.steps; ++i) good = good && plan.step[i].line < plan.lines;
    return good && plan.period > 0;
}

bool in_program(std::uintptr_t address) { return address >= code_begin && address < code_end; }

int line_at(std::uintptr_t address) {
    if (!in_program(address)) return no_line;
    std::size_t low = 0, high = row_count;  // the last row at or below the address
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (base + rows[middle].address <= address) low = middle + 1;
        else high = middle;
    }
    return low ? rows[low - 1].line : no_line;
}

}  // namespace lull
