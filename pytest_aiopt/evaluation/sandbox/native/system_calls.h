// The supervisor's system call filters: what a program, and what a tool around it, may ask of the kernel.
#pragma once

#include "shim_range.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "no system call table for this architecture"
#endif

static const int allowed[] = {  // frequent ones first: the filter is searched from the top
    SYS_write, SYS_read, SYS_futex, SYS_mmap, SYS_munmap, SYS_mprotect, SYS_madvise, SYS_mremap, SYS_brk,
    SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_close, SYS_lseek, SYS_fstat, SYS_newfstatat, SYS_statx,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall,
    SYS_set_robust_list, SYS_get_robust_list, SYS_rseq, SYS_set_tid_address, SYS_membarrier,
    SYS_sched_getaffinity, SYS_exit, SYS_exit_group, SYS_execve, SYS_execveat,
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_times,
    SYS_getrusage, SYS_getcpu, SYS_getrandom, SYS_uname, SYS_getcwd,
    SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
    SYS_openat, SYS_faccessat, SYS_faccessat2, SYS_readlinkat,  // there is nothing to open but what is mounted
#ifdef __x86_64__
    SYS_arch_prctl, SYS_open, SYS_access, SYS_stat, SYS_lstat, SYS_readlink, SYS_time,
#endif
};

static const struct { int call, error; } refused[] = {  // an honest program may try these; it learns that it cannot
    {SYS_clone3, ENOSYS},  // glibc falls back to clone, whose flags a filter can see
    {SYS_ioctl, ENOTTY}, {SYS_fcntl, EPERM}, {SYS_prctl, EPERM}, {SYS_mlock, EPERM}, {SYS_mlockall, EPERM},
    {SYS_sched_setaffinity, EPERM}, {SYS_sched_setscheduler, EPERM}, {SYS_setpriority, EPERM},
    {SYS_sysinfo, EPERM},  // what the machine does besides: it differs from run to run
    {SYS_mbind, EPERM}, {SYS_set_mempolicy, EPERM}, {SYS_perf_event_open, EPERM}, {SYS_socket, EPERM},
};

static const int allowed_to_checked[] = {  // what sanitizers in the process do besides
    SYS_prctl, SYS_personality, SYS_getdents64, SYS_pipe2, SYS_mincore, SYS_ioctl, SYS_fcntl, SYS_dup, SYS_dup3,
    SYS_prlimit64,  // hard limits stay what they are
#ifdef __x86_64__
    SYS_pipe, SYS_dup2,
#endif
};

static const int denied_to_tools[] = {
    SYS_memfd_create, SYS_memfd_secret, SYS_shmget, SYS_msgget, SYS_semget, SYS_mq_open,  // memory of no process
    SYS_socket, SYS_socketpair, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_io_uring_setup, SYS_keyctl,
    SYS_add_key, SYS_request_key, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns,
    SYS_fsopen, SYS_open_tree, SYS_move_mount, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
    SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_reboot, SYS_swapon, SYS_acct, SYS_quotactl,
    SYS_open_by_handle_at, SYS_settimeofday, SYS_clock_settime, SYS_sched_setaffinity, SYS_sched_setscheduler,
    SYS_setpriority, SYS_mlock, SYS_mlockall, SYS_personality, SYS_syslog,
};

enum { MAX_FILTER = 512 };
static struct sock_filter filter[MAX_FILTER];
static unsigned short filter_size;

static void emit(uint16_t code, uint8_t on_true, uint8_t on_false, uint32_t value) {
    if (filter_size < MAX_FILTER) filter[filter_size] = (struct sock_filter){code, on_true, on_false, value};
    filter_size++;
}
static void load(size_t offset) { emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset); }
static void load_call(void) { load(offsetof(struct seccomp_data, nr)); }
static void load_argument(int i) { load(offsetof(struct seccomp_data, args) + 8 * (size_t)i); }  // its lower half
static void answer(uint32_t action) { emit(BPF_RET | BPF_K, 0, 0, action); }
static void skip_unless(uint32_t value, uint8_t count) { emit(BPF_JMP | BPF_JEQ | BPF_K, 0, count, value); }
static void on_call(int call, uint32_t action) { skip_unless((uint32_t)call, 1); answer(action); }

static void on_bits(int argument, uint32_t bits, uint32_t action) {  // loads the argument
    load_argument(argument);
    emit(BPF_JMP | BPF_JSET | BPF_K, 0, 1, bits);
    answer(action);
}

// No memory that is shared: it would not be counted as the program's. No code but what was compiled: the shim's
// could be replaced.
static void rule_memory(int checked) {
    const uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;
    skip_unless(SYS_mmap, checked ? 4 : 7);
    on_bits(3, MAP_SHARED, refuse);
    if (!checked) on_bits(2, PROT_EXEC, refuse);
    load_call();
    if (checked) return;
    skip_unless(SYS_mprotect, 4);
    on_bits(2, PROT_EXEC, refuse);
    load_call();
}

// The files of requests, replies and messages have numbers and times, which differ from run to run.
static void rule_files(void) {
    static const int calls[] = {SYS_fstat, SYS_newfstatat, SYS_statx};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        skip_unless((uint32_t)calls[i], 4);
        load_argument(0);
        emit(BPF_JMP | BPF_JGE | BPF_K, 1, 0, 3);
        answer(SECCOMP_RET_ERRNO | EPERM);
        load_call();
    }
}

// Replies are written by the shim alone, with pwrite. What others write is at the offset of the file, which then
// is not 0 and which they cannot set back.
static void rule_replies(struct range shim) {
    static const int calls[] = {SYS_pwrite64, SYS_lseek};
    for (size_t i = 0; shim.end && i < sizeof calls / sizeof *calls; i++) {
        skip_unless((uint32_t)calls[i], 9);
        load_argument(0);
        skip_unless(1, 6);
        load(offsetof(struct seccomp_data, instruction_pointer) + 4);
        skip_unless(0, 3);
        load(offsetof(struct seccomp_data, instruction_pointer));
        emit(BPF_JMP | BPF_JGE | BPF_K, 0, 1, shim.first);
        emit(BPF_JMP | BPF_JGT | BPF_K, 0, 1, shim.end);
        answer(SECCOMP_RET_ERRNO | EPERM);
        load_call();
    }
}

// Threads need clone with CLONE_THREAD; every other use would be a new process.
static void rule_clone(int threads) {
    skip_unless(SYS_clone, 4);
    load_argument(0);
    emit(BPF_JMP | BPF_JSET | BPF_K, 0, 1, CLONE_THREAD);
    answer(threads ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | EAGAIN);
    answer(SECCOMP_RET_ERRNO | EAGAIN);
}

// abort and raise: signals to itself, but not the one that looks like the machine's doing.
static void rule_tgkill(void) {
    skip_unless(SYS_tgkill, 7);
    load_argument(2);
    skip_unless(SIGKILL, 1);
    answer(SECCOMP_RET_ERRNO | EPERM);
    load_argument(0);
    skip_unless((uint32_t)getpid(), 1);
    answer(SECCOMP_RET_ALLOW);
    answer(SECCOMP_RET_ERRNO | EPERM);
}

// One thread has nobody to give way to: it would only look as if it got no turn. Its call succeeds at once.
static void rule_yield(int threads) {
    on_call(SYS_sched_yield, threads ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | 0);
}

static void rule_prlimit(void) {  // reading limits only: the new ones must be a null pointer
    skip_unless(SYS_prlimit64, 6);
    load_argument(2);
    skip_unless(0, 3);
    load(offsetof(struct seccomp_data, args) + 8 * 2 + 4);  // the upper half
    skip_unless(0, 1);
    answer(SECCOMP_RET_ALLOW);
    answer(SECCOMP_RET_ERRNO | EPERM);
}

static void compute_rules(int threads, int checked, struct range shim) {
    rule_memory(checked);
    if (!checked) rule_files();
    if (!checked) rule_replies(shim);
    for (size_t i = 0; checked && i < sizeof allowed_to_checked / sizeof *allowed_to_checked; i++)
        on_call(allowed_to_checked[i], SECCOMP_RET_ALLOW);
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) on_call(allowed[i], SECCOMP_RET_ALLOW);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        on_call(refused[i].call, SECCOMP_RET_ERRNO | (uint32_t)refused[i].error);
    rule_yield(threads);
    rule_clone(threads);  // each of these ends in an answer: the call's number stays loaded for the next
    rule_tgkill();
    rule_prlimit();
    answer(checked ? SECCOMP_RET_ERRNO | EPERM : SECCOMP_RET_KILL_PROCESS);
}

static void tool_rules(int may_sample) {
    for (size_t i = 0; i < sizeof denied_to_tools / sizeof *denied_to_tools; i++)
        if (!may_sample || denied_to_tools[i] != SYS_perf_event_open)
            on_call(denied_to_tools[i], SECCOMP_RET_ERRNO | EPERM);
    answer(SECCOMP_RET_ALLOW);
}

// Installs the filter "compute", "threads", "checked", "checked-threads", "tool" or "sampler"; returns 0, or -1
// with errno set. shim: where the program's replies come from.
static int filter_calls(const char *name, struct range shim) {
    load(offsetof(struct seccomp_data, arch));
    emit(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ARCHITECTURE);
    answer(SECCOMP_RET_KILL_PROCESS);
    load_call();
#ifdef __x86_64__
    emit(BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0x40000000);  // the x32 numbers
    answer(SECCOMP_RET_KILL_PROCESS);
#endif
    if (strcmp(name, "tool") == 0 || strcmp(name, "sampler") == 0) tool_rules(name[0] == 's');
    else compute_rules(strstr(name, "threads") != NULL, name[0] == 'c' && name[1] == 'h', shim);
    if (filter_size > MAX_FILTER) { errno = E2BIG; return -1; }
    struct sock_fprog program = {filter_size, filter};
    // SPEC_ALLOW: without it, older kernels slow the program down to mitigate speculation
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program);
}
