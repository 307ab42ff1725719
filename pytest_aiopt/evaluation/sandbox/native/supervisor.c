// Runs programs under limits and says how they ended. Trusted, static, no dependencies but Linux >= 5.13.
//
//   supervisor -R fd [options] -- program arguments...          one run
//   supervisor -R fd -J [options] -- program program...         a series of runs, as jobs on fd ask for
//
// -R fd     where the report goes (see below); closed before the program starts
// -J        fd is a SEQPACKET socket: each message is the index of a program (one byte; it gets no arguments) and its
//           wall limit in ms (four bytes, little endian; 0: that of -t), and carries its stdin, stdout and stderr. A report answers each; the end of the socket ends the series.
// -t ms     wall limit; time in which the supervisor itself got no turn (a stalled machine) does not count
// -c s      RLIMIT_CPU        -a MB   RLIMIT_AS, 0 for none     -f MB   RLIMIT_FSIZE, each file
// -n count  RLIMIT_NPROC      -N n    RLIMIT_NOFILE             -k MB   RLIMIT_STACK
// -P cpu    run on this processor only
// -u id     become this user and group, keep no capability
// -d path   working directory of the program; / by default
// -i count the folder of -d is a file system of its own, in which so many files may be: more is like SIGXFSZ
// -s name   system calls: "compute" (allow-list, no threads), "threads" (the same with threads),
//           "tool" (deny-list: processes and files are fine, sockets and kernel doors are not),
//           "sampler" (the same with performance counters)
//           "checked" and "checked-threads" (the allow-lists, and what sanitizers in the process need)
// -m MB     what all processes of the run may hold in memory together, by /proc; 0 for any amount
// -D path   a device: a trusted program beside each run, see devices.h
// -L        Landlock: nothing of the file system but the following
// -r path   Landlock: read and execute below it      -w path  Landlock: also write below it
//
// The report is one line: either "failed WHAT: REASON", when the program could not be started, or
//   exited|signalled|timeout|memory CODE WALL_NS USER_US SYSTEM_US MAX_RSS_KB VOLUNTARY INVOLUNTARY MINOR_FAULTS STALLED_NS
// with the resources of the program and of what it waited for; nothing of it is left then. As pid 1 of a namespace, or as a
// subreaper, the supervisor inherits every process the program leaves behind and kills it. SIGURG and
// SIGTERM (which comes when its parent dies) tell it to end the program now.
#define _GNU_SOURCE
#include "devices.h"
#include "memory.h"
#include "system_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PATHS = 32, SETUP_FAILED = 125, TICK_MS = 100, SHORT_TICK_MS = 10, LATE_MS = 100, TOO_MANY_FILES = 2, TOO_MUCH_MEMORY = 3 };

struct options {
    int report;
    long wall_ms, cpu_s, memory_mb, file_mb, processes, files, stack_mb, cpu, user, inodes, tree_mb;
    const char *directory, *calls, *device;
    int landlock, jobs, path_count;
    struct { const char *path; int writable; } paths[MAX_PATHS];
    char **program;
    int programs;
};

static struct options options = {.report = -1, .wall_ms = 10000, .cpu_s = -1, .memory_mb = -1, .file_mb = -1,
                                 .processes = -1, .files = -1, .stack_mb = -1, .cpu = -1, .user = -1,
                                 .inodes = -1};

static void fail(const char *what) {
    dprintf(options.report, "failed %s: %s\n", what, strerror(errno));
    _exit(SETUP_FAILED);
}

// --- Landlock --------------------------------------------------------------------------------

struct ruleset { uint64_t files, network, scoped; };  // struct landlock_ruleset_attr of ABI 6

static uint64_t file_rights(long abi) {
    static const int count[] = {0, 13, 14, 15, 15, 16};  // bits known to ABI 1, 2, ...
    return (1ull << count[abi > 5 ? 5 : abi]) - 1;
}

static void allow_path(int rules, int i, uint64_t everything) {
    const uint64_t read = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE;
    const uint64_t for_files = read | LANDLOCK_ACCESS_FS_WRITE_FILE | (everything & (1ull << 14 | 1ull << 15));
    struct landlock_path_beneath_attr rule = {.parent_fd = open(options.paths[i].path, O_PATH | O_CLOEXEC)};
    struct stat status;
    if (rule.parent_fd < 0 || fstat(rule.parent_fd, &status) != 0) fail(options.paths[i].path);
    rule.allowed_access = options.paths[i].writable ? everything : read | LANDLOCK_ACCESS_FS_READ_DIR;
    if (!S_ISDIR(status.st_mode)) rule.allowed_access &= for_files;
    if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) fail("landlock_add_rule");
    close(rule.parent_fd);
}

// Opens the paths while the user may still reach them; returns the ruleset.
static int prepare_landlock(void) {
    const long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) fail("Landlock");
    struct ruleset set = {file_rights(abi), abi >= 4 ? 3 : 0, abi >= 6 ? 3 : 0};
    const size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    const int rules = (int)syscall(SYS_landlock_create_ruleset, &set, size, 0);
    if (rules < 0) fail("landlock_create_ruleset");
    for (int i = 0; i < options.path_count; i++) allow_path(rules, i, set.files);
    return rules;
}

// --- the program's side of the fork ----------------------------------------------------------

static void limit(int resource, long value) {
    const struct rlimit both = {(rlim_t)value, (rlim_t)value};
    if (setrlimit(resource, &both) != 0) fail("setrlimit");
}

// The soft limit's signal says for certain what ended the program; the hard one, for those that ignore it,
// comes a second later. (The kernel counts by ticks: a kill may come well before the time that it reports.)
static void limit_cpu(long seconds) {
    const struct rlimit both = {(rlim_t)seconds, (rlim_t)seconds + 1};
    if (setrlimit(RLIMIT_CPU, &both) != 0) fail("setrlimit");
}

static void set_limits(void) {
    if (options.cpu_s >= 0) limit_cpu(options.cpu_s);
    if (options.memory_mb > 0) limit(RLIMIT_AS, options.memory_mb << 20);
    if (options.file_mb >= 0) limit(RLIMIT_FSIZE, options.file_mb << 20);
    if (options.processes >= 0) limit(RLIMIT_NPROC, options.processes);
    if (options.files >= 0) limit(RLIMIT_NOFILE, options.files);
    if (options.stack_mb >= 0) limit(RLIMIT_STACK, options.stack_mb << 20);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_MEMLOCK, 0);
}

static void pin(long cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) fail("sched_setaffinity");
}

static void become(uid_t user) {
    if (setgroups(0, NULL) != 0 || setresgid(user, user, user) != 0 || setresuid(user, user, user) != 0)
        fail("setresuid");
}

static void drop_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
    if (syscall(SYS_capset, &header, none) != 0) fail("capset");  // inheritable ones would be left
}

// For use after become: the new user may be unable to enter the folders above.
static int open_path(const char *path) {
    const int file = open(path, O_PATH | O_CLOEXEC);
    if (file < 0) fail(path);
    return file;
}

// What the child had used when it became the program: setting up is none of the program's time. The page
// is shared with the child only until then.
static struct rusage *at_exec;

static void share_page(void) {
    at_exec = mmap(NULL, sizeof *at_exec, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (at_exec == MAP_FAILED) fail("mmap");
}

static void start(pid_t supervisor, char **program) {
    setsid();
    const int directory = open_path(options.directory ? options.directory : "/");
    const int file = open_path(program[0]);
    const struct range shim = find_shim(program[0]);
    const int rules = options.landlock ? prepare_landlock() : -1;
    if (options.cpu >= 0) pin(options.cpu);
    set_limits();
    if (options.user >= 0) become((uid_t)options.user);
    drop_capabilities();
    if (fchdir(directory) != 0) fail("the working directory");
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // after become, which clears it
    if (getppid() != supervisor) _exit(SETUP_FAILED);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no_new_privs");
    if (rules >= 0 && syscall(SYS_landlock_restrict_self, rules, 0) != 0) fail("landlock_restrict_self");
    if (options.calls && filter_calls(options.calls, shim) != 0) fail("seccomp");
    getrusage(RUSAGE_SELF, at_exec);
    execve(program[0], program, environ);
    if (errno == EACCES) execveat(file, "", program, environ, AT_EMPTY_PATH);
    fail(program[0]);
}

// --- the supervisor's side -------------------------------------------------------------------

static volatile sig_atomic_t told_to_stop;
static void stop(int signal_number) { (void)signal_number; told_to_stop = 1; }

static int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

// Whether there are too many files in the program's folder.
static int crowded(void) {
    struct statfs status;
    if (options.inodes < 0 || statfs(options.directory, &status) != 0) return 0;
    return (long)(status.f_files - status.f_ffree) > options.inodes;
}

// Waits for the end of the program; returns a value other than 0 where it exceeds its time, its files or its memory. A tick that
// comes late by more than LATE_MS means that the machine stood still: the excess is added to *stalled.
static int watch(pid_t child, int64_t *stalled) {
    struct pollfd end = {(int)syscall(SYS_pidfd_open, child, 0), POLLIN, 0};
    if (end.fd < 0) { kill(child, SIGKILL); fail("pidfd_open"); }
    const int64_t began = now_ns();
    for (int64_t last = began; !told_to_stop;) {
        const int64_t left = options.wall_ms * INT64_C(1000000) + *stalled - (last - began);
        if (left <= 0) return 1;
        const int64_t longest = options.tree_mb && options.memory_mb <= 0 ? SHORT_TICK_MS : TICK_MS;
        const int64_t tick = left < longest * INT64_C(1000000) ? left / 1000000 + 1 : longest;
        if (poll(&end, 1, (int)tick) > 0) return 0;
        const int64_t now = now_ns(), late = now - last - tick * 1000000;
        if (crowded()) return TOO_MANY_FILES;
        if (options.tree_mb && tree_kb() > options.tree_mb << 10) return TOO_MUCH_MEMORY;
        if (late > LATE_MS * INT64_C(1000000)) *stalled += late;
        last = now;
    }
    return 1;
}

// Kills every child there is; returns whether it could tell (without /proc it cannot).
static int kill_children(void) {
    if (getpid() == 1) {
        kill(-1, SIGKILL);
        return 1;
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *children = fopen(path, "re");
    if (!children) return 0;
    for (int child; fscanf(children, "%d", &child) == 1;) kill(child, SIGKILL);
    fclose(children);
    return 1;
}

// What the program left behind is a child of ours, at the latest when its own parent is dead.
static void kill_rest(pid_t group) {
    kill(-group, SIGKILL);
    do {
        const int found = kill_children();
        errno = 0;
        if (waitpid(-1, NULL, found ? 0 : WNOHANG) == 0) return;
    } while (errno != ECHILD);
}

static int64_t micros(struct timeval time) { return time.tv_sec * INT64_C(1000000) + time.tv_usec; }
static int64_t since(struct timeval now, struct timeval then) {
    return micros(now) > micros(then) ? micros(now) - micros(then) : 0;
}

static void parse(int count, char **words) {
    for (int c; (c = getopt(count, words, "+R:Jt:c:a:f:n:N:k:P:u:d:i:s:m:D:Lr:w:")) != -1;) switch (c) {
        case 'R': options.report = atoi(optarg); break;
        case 'J': options.jobs = 1; break;
        case 't': options.wall_ms = atol(optarg); break;
        case 'c': options.cpu_s = atol(optarg); break;
        case 'a': options.memory_mb = atol(optarg); break;
        case 'f': options.file_mb = atol(optarg); break;
        case 'n': options.processes = atol(optarg); break;
        case 'N': options.files = atol(optarg); break;
        case 'k': options.stack_mb = atol(optarg); break;
        case 'P': options.cpu = atol(optarg); break;
        case 'u': options.user = atol(optarg); break;
        case 'd': options.directory = optarg; break;
        case 'i': options.inodes = atol(optarg); break;
        case 's': options.calls = optarg; break;
        case 'm': options.tree_mb = atol(optarg); break;
        case 'D': options.device = optarg; break;
        case 'L': options.landlock = 1; break;
        case 'r':
        case 'w':
            if (options.path_count == MAX_PATHS) { errno = E2BIG; fail("paths"); }
            options.paths[options.path_count].path = optarg;
            options.paths[options.path_count++].writable = c == 'w';
            break;
        default: _exit(2);
    }
    if (optind == count) _exit(0);  // nothing to run: what probing for a working sandbox runs
    options.program = words + optind;
    options.programs = count - optind;
}

// Runs one program with the given files (or those of the supervisor, where null) and reports how it ended.
static void run(char **program, const int *files) {
    const pid_t self = getpid();
    struct device device;
    if (options.device && start_device(&device, options.device, files) != 0) fail("the device");
    const int64_t began = now_ns();
    memset(at_exec, 0, sizeof *at_exec);
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        for (int i = 0; files && i < 3; i++)
            if (dup2(files[i], i) < 0) fail("dup2");
        if (options.device && enter_device(&device) != 0) fail("the device");
        start(self, program);
    }
    if (options.device) leave_device(&device);
    int64_t stalled = 0;
    const int exceeded = watch(child, &stalled);
    if (exceeded) { kill(-child, SIGKILL); kill(child, SIGKILL); }
    int status;
    struct rusage used;
    while (wait4(child, &status, 0, &used) < 0 && errno == EINTR) {}
    const int64_t wall = now_ns() - began;
    if (options.device) end_device(&device);
    kill_rest(child);

    const int files_exceeded = exceeded == TOO_MANY_FILES, signalled = files_exceeded || WIFSIGNALED(status);
    const char *ended = exceeded == TOO_MUCH_MEMORY ? "memory"
        : exceeded && !files_exceeded ? "timeout" : signalled ? "signalled" : "exited";
    const int code = files_exceeded ? SIGXFSZ : WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    dprintf(options.report, "%s %d %lld %lld %lld %ld %ld %ld %ld %lld\n", ended, code, (long long)wall,
            (long long)since(used.ru_utime, at_exec->ru_utime), (long long)since(used.ru_stime, at_exec->ru_stime),
            used.ru_maxrss, used.ru_nvcsw, used.ru_nivcsw, used.ru_minflt, (long long)stalled);
}

// Receives the next job and its limit; returns the index of its program, or -1 at the end. The files close on exec.
static int next_job(int *files, long usual_ms) {
    struct __attribute__((packed)) { uint8_t index; uint32_t wall_ms; } job;
    struct iovec part = {&job, sizeof job};
    union { char bytes[CMSG_SPACE(3 * sizeof(int))]; struct cmsghdr aligned; } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t got;
    while ((got = recvmsg(options.report, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR && !told_to_stop) {}
    const struct cmsghdr *head = got == sizeof job ? CMSG_FIRSTHDR(&message) : NULL;
    if (!head || head->cmsg_len != CMSG_LEN(3 * sizeof(int)) || job.index >= options.programs) return -1;
    memcpy(files, CMSG_DATA(head), 3 * sizeof(int));
    options.wall_ms = job.wall_ms ? job.wall_ms : usual_ms;
    return job.index;
}

// Runs one job of a series below a supervisor of its own, pid 1 of a namespace of its own. So numbers of
// processes carry nothing from one run to the next, and are the same in a series as in a single run.
static void run_with_new_numbers(char **program, const int *files) {
    if (getpid() != 1) { run(program, files); return; }
    const pid_t first = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
    if (first < 0) fail("clone");
    if (first == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        run(program, files);
        _exit(0);
    }
    while (waitpid(first, NULL, 0) < 0 && errno == EINTR) {}
}

static void serve_jobs(void) {
    const long usual_ms = options.wall_ms;
    int files[3];
    for (int index; !told_to_stop && (index = next_job(files, usual_ms)) >= 0;) {
        char *alone[] = {options.program[index], NULL};
        run_with_new_numbers(alone, files);
        for (int i = 0; i < 3; i++) close(files[i]);
    }
}

int main(int count, char **words) {
    parse(count, words);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);  // whoever started us may have held some back
    struct sigaction on_order = {.sa_handler = stop};
    sigaction(SIGURG, &on_order, NULL);
    sigaction(SIGTERM, &on_order, NULL);
    if (getpid() != 1) prctl(PR_SET_PDEATHSIG, SIGTERM);  // pid 1 dies with bubblewrap anyway
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    fcntl(options.report, F_SETFD, FD_CLOEXEC);
    share_page();
    if (options.jobs) serve_jobs();
    else run(options.program, NULL);
    return 0;
}
