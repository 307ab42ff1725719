// What a tree of processes holds in memory, as /proc tells: resident, swapped out, and page tables. For programs
// that reserve more addresses than they use, which RLIMIT_AS cannot bound. No process of a run leaves the tree:
// the supervisor is its subreaper, or pid 1 of its namespace.
#pragma once

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PROCESSES = 4096 };

struct process { int id, parent, ours; long kb; };

static int read_process(int id, struct process *found) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", id);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    *found = (struct process){.id = id};
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "PPid:", 5) == 0) found->parent = atoi(line + 5);
        else if (strncmp(line, "VmRSS:", 6) == 0 || strncmp(line, "VmPTE:", 6) == 0) found->kb += atol(line + 6);
        else if (strncmp(line, "VmSwap:", 7) == 0) found->kb += atol(line + 7);
    }
    fclose(file);
    return 1;
}

// Returns the kB of all processes below this one; 0 where there is no /proc.
static long tree_kb(void) {
    static struct process all[MAX_PROCESSES];
    int count = 0;
    DIR *folder = opendir("/proc");
    if (!folder) return 0;
    for (struct dirent *entry; count < MAX_PROCESSES && (entry = readdir(folder));)
        if (isdigit((unsigned char)*entry->d_name)) count += read_process(atoi(entry->d_name), &all[count]);
    closedir(folder);
    long kb = 0;
    for (int more = 1; more;) {
        more = 0;
        for (int i = 0; i < count; i++) {
            if (all[i].ours) continue;
            int ours = all[i].parent == (int)getpid();
            for (int j = 0; j < count && !ours; j++) ours = all[j].ours && all[j].id == all[i].parent;
            if (!ours) continue;
            all[i].ours = more = 1;
            kb += all[i].kb;
        }
    }
    return kb;
}
