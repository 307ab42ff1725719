// Where in a program the shim's system call is: the section that holds it alone. Only static programs have it at
// an address that is known before they start.
#pragma once

#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

struct range { uint32_t first, end; };  // empty where there is none

enum { MAX_SECTIONS = 256, MAX_NAMES = 1 << 14 };

static struct range shim_range_of(int file) {
    static Elf64_Shdr sections[MAX_SECTIONS];
    static char names[MAX_NAMES];
    const struct range none = {0, 0};
    Elf64_Ehdr head;
    if (pread(file, &head, sizeof head, 0) != sizeof head || head.e_type != ET_EXEC) return none;
    const size_t count = head.e_shnum, size = count * sizeof *sections;
    if (count > MAX_SECTIONS || head.e_shstrndx >= count) return none;
    if (pread(file, sections, size, (off_t)head.e_shoff) != (ssize_t)size) return none;
    const Elf64_Shdr *text = &sections[head.e_shstrndx];
    if (text->sh_size >= MAX_NAMES) return none;
    if (pread(file, names, text->sh_size, (off_t)text->sh_offset) != (ssize_t)text->sh_size) return none;
    for (size_t i = 0; i < count; i++) {
        const Elf64_Shdr *one = &sections[i];
        if (one->sh_name < text->sh_size && strcmp(names + one->sh_name, "aiopt_shim") == 0)
            return (struct range){(uint32_t)one->sh_addr, (uint32_t)(one->sh_addr + one->sh_size)};
    }
    return none;
}

static struct range find_shim(const char *program) {
    const int file = open(program, O_RDONLY | O_CLOEXEC);
    if (file < 0) return (struct range){0, 0};
    const struct range found = shim_range_of(file);
    close(file);
    return found;
}
