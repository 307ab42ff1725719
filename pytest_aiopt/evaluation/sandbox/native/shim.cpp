// The main loop of a candidate binary: maps the requests at fd 0, serves each, writes replies to fd 1.
//
// Little endian. Requests: u32 magic, u32 count, 56 zero bytes; then per request u64 length, 56 zero
// bytes, the payload and zeros up to a multiple of 64. Replies: u64 length, payload; no padding.
// main returns normally: what the program left for exit is part of its time.

#include "aiopt.hpp"

#ifdef WITH_PROGRESS_POINT  // in builds for causal profilers, which are never timed
#include "progress.hpp"
#else
#define PROGRESS_POINT(name)
#endif

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace aiopt {

class Frame {
public:
    // Puts the length in front and returns the whole frame.
    static const std::vector<unsigned char>& close(Reply& reply) {
        const std::uint64_t length = reply.frame_.size() - Reply::length_size;
        std::memcpy(reply.frame_.data(), &length, sizeof length);
        return reply.frame_;
    }
    static void clear(Reply& reply) { reply.frame_.resize(Reply::length_size); }
};

}  // namespace aiopt

namespace {

constexpr std::uint32_t magic = 0x31324941;  // "AI21"
constexpr std::size_t block = 64;
constexpr int bad_wire = 120;  // exit code: the harness, not the program, is at fault

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "shim: %s\n", what);
    std::_Exit(bad_wire);
}

template <class Integer>
Integer load(const unsigned char* at) {
    Integer value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

aiopt::Bytes map_requests() {
    const off_t end = lseek(STDIN_FILENO, 0, SEEK_END);
    if (end < 0) fail("cannot tell the size of the requests");
    const auto size = static_cast<std::size_t>(end);
    if (size < block) fail("the requests are truncated");
    void* data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, STDIN_FILENO, 0);
    if (data == MAP_FAILED) fail("cannot map the requests");
    return {static_cast<const unsigned char*>(data), size};
}

// Replies leave by this call alone, which the supervisor knows by its section; by what else the program may write
// to the file, its offset moves.
__attribute__((section("aiopt_shim"), noinline)) long put(const void* data, std::size_t size, std::size_t at) {
#if defined(__x86_64__)
    long result = SYS_pwrite64;
    register std::size_t offset asm("r10") = at;
    asm volatile("syscall"
                 : "+a"(result)
                 : "D"(STDOUT_FILENO), "S"(data), "d"(size), "r"(offset)
                 : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long call asm("x8") = SYS_pwrite64;
    register long result asm("x0") = STDOUT_FILENO;
    register const void* from asm("x1") = data;
    register std::size_t length asm("x2") = size;
    register std::size_t offset asm("x3") = at;
    asm volatile("svc 0" : "+r"(result) : "r"(call), "r"(from), "r"(length), "r"(offset) : "memory");
    return result;
#endif
}

// Returns where the next frame goes.
std::size_t send(const std::vector<unsigned char>& frame, std::size_t at) {
    for (std::size_t done = 0; done < frame.size();) {
        const long wrote = put(frame.data() + done, frame.size() - done, at + done);
        if (wrote > 0) done += static_cast<std::size_t>(wrote);
        else if (wrote != -EINTR) fail("cannot write a reply");
    }
    return at + frame.size();
}

#ifdef AIOPT_COPY_REQUESTS
// Serves an exact copy on the heap, so that a memory checker sees what reads beyond it or keeps it.
void serve_once(const aiopt::Request& request, aiopt::Reply& reply) {
    void* copy = nullptr;
    if (posix_memalign(&copy, block, request.size) != 0) fail("cannot copy a request");
    if (request.size != 0) std::memcpy(copy, request.data, request.size);
    serve({{static_cast<const unsigned char*>(copy), request.size}, request.number}, reply);
    std::free(copy);
}
#else
void serve_once(const aiopt::Request& request, aiopt::Reply& reply) { serve(request, reply); }
#endif

}  // namespace

int main() {
    const aiopt::Bytes file = map_requests();
    if (load<std::uint32_t>(file.data) != magic) fail("the requests have a wrong magic number");
    const auto count = load<std::uint32_t>(file.data + sizeof magic);
    std::size_t at = block, sent = 0;
    aiopt::Reply reply;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (file.size - at < block) fail("a request frame is truncated");
        const auto length = load<std::uint64_t>(file.data + at);
        at += block;
        if (file.size - at < length) fail("a request payload is truncated");
        aiopt::Frame::clear(reply);
        serve_once({{file.data + at, static_cast<std::size_t>(length)}, i}, reply);
        sent = send(aiopt::Frame::close(reply), sent);
        PROGRESS_POINT("request");
        const std::size_t padded = (static_cast<std::size_t>(length) + block - 1) / block * block;
        at = padded < file.size - at ? at + padded : file.size;
    }
    return 0;
}
