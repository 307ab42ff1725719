// Does what its request says, for the tests of the sandbox. Exit code 0: it got its way; 1: it was refused.
#include <arpa/inet.h>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <mutex>
#include <new>
#include <signal.h>
#include <string>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

int tried(long result) { return result < 0; }

int loop() { for (volatile unsigned long i = 0;; i = i + 1) {} }

int burn(double seconds) {  // processor time
    timespec time;
    do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    while (time.tv_sec + 1e-9 * time.tv_nsec < seconds);
    return 0;
}

int touch(std::size_t megabytes) {
    std::vector<char> memory(megabytes << 20, 1);
    return memory.back() - 1;
}

int daemon_() {
    const pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) {
        setsid();
        if (fork() == 0) { signal(SIGTERM, SIG_IGN); signal(SIGHUP, SIG_IGN); sleep(60); }
        _exit(0);
    }
    waitpid(child, nullptr, 0);
    return 0;
}

int fork_bomb() {
    int refused = 0;
    for (int i = 0; i < 200; i++) {
        const pid_t child = fork();
        if (child < 0) refused = 1;
        if (child == 0) { setsid(); sleep(60); _exit(0); }
    }
    return refused;
}

int deadlock() {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock<std::mutex> lock(mutex);
    for (;;) never.wait(lock);
}

int threads(int count) {
    std::mutex mutex;
    std::condition_variable all;
    int running = 0;
    std::vector<std::thread> made;
    for (int i = 0; i < count; i++)
        made.emplace_back([&] {
            std::unique_lock<std::mutex> lock(mutex);
            if (++running == count) all.notify_all();
            all.wait(lock, [&] { return running == count; });
        });
    for (auto& thread : made) thread.join();
    return 0;
}

int crews(int times) {
    for (int i = 0; i < times; i++) threads(3);
    return 0;
}

int flood() {
    const std::string block(1 << 16, 'x');
    for (;;) if (write(1, block.data(), block.size()) < 0) return 1;
}

__attribute__((noinline)) int overflow(volatile char* above) {
    volatile char here[4096];
    here[0] = above[0];
    return overflow(here) + here[0];
}

int read_file(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY);
    char byte;
    return file < 0 || read(file, &byte, 1) != 1;
}

int write_file(const std::string& path) {
    const int file = open(path.c_str(), O_CREAT | O_WRONLY, 0600);
    return file < 0 || write(file, "x", 1) != 1;
}

int inherited_files() {
    int count = 0;
    for (int file = 3; file < 32; file++) count += lseek(file, 0, SEEK_CUR) >= 0 || errno == ESPIPE;
    return count;
}

}  // namespace

extern char** environ;

int main(int, char** words) {
    char request[512] = {};
    if (pread(0, request, sizeof request - 1, 0) < 0) return 99;
    const std::string text = request, what = text.substr(0, text.find(' '));
    const std::string argument = what.size() < text.size() ? text.substr(what.size() + 1) : "";
    if (what == "nothing") return 0;
    if (what == "exit") return std::atoi(argument.c_str());
    if (what == "loop") return loop();
    if (what == "burn") return burn(std::atof(argument.c_str()));
    if (what == "touch") return touch(std::stoul(argument));
    if (what == "sleep") return static_cast<int>(sleep(60));
    if (what == "deadlock") return deadlock();
    if (what == "daemon") return daemon_();
    if (what == "daemon-and-loop") { daemon_(); return loop(); }
    if (what == "fork-bomb") return fork_bomb();
    if (what == "threads") return threads(std::stoi(argument));
    if (what == "crews") return crews(std::stoi(argument));
    if (what == "flood") return flood();
    if (what == "flood-stderr") { for (;;) std::fputs("stderr stderr stderr\n", stderr); }
    if (what == "overflow") { volatile char start = 0; return overflow(&start); }
    if (what == "allocate") { char* volatile memory = new char[std::stoul(argument) << 20]; memory[0] = 1; return memory[0] - 1; }
    if (what == "close-and-loop") { close(0); close(1); close(2); return loop(); }
    if (what == "read") return read_file(argument);
    if (what == "write") return write_file(argument);
    if (what == "overwrite-requests") return tried(pwrite(0, "x", 1, 0));
    if (what == "socket") return tried(socket(AF_INET, SOCK_STREAM, 0));
    if (what == "setsid") return tried(setsid());
    if (what == "kill-parent") return tried(kill(getppid(), SIGKILL));
    if (what == "kill-itself") return tried(raise(SIGKILL));
    if (what == "stop-itself") return tried(raise(SIGSTOP));
    if (what == "trace") return tried(ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr));
    if (what == "user") return getuid() == 0 ? 0 : 1;
    if (what == "files") return inherited_files();
    if (what == "environment") { for (char** each = environ; *each; each++) std::puts(*each); std::fflush(stdout); return 0; }
    if (what == "path") { std::puts(words[0]); std::fflush(stdout); return 0; }
    return 98;
}
