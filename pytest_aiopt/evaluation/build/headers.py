"""Which headers a program may include: those whose content is public and is no code of the harness."""

from __future__ import annotations

import re

OWN = "task.hpp"
"""The one file of a task that its program sees."""

_CXX = """
algorithm any array atomic barrier bit bitset cassert ccomplex cctype cerrno cfenv cfloat charconv chrono
cinttypes ciso646 climits clocale cmath codecvt compare complex concepts condition_variable coroutine
csetjmp csignal cstdalign cstdarg cstdbool cstddef cstdint cstdio cstdlib cstring ctgmath ctime cuchar
cwchar cwctype deque exception execution expected filesystem flat_map flat_set format forward_list
fstream functional future generator initializer_list iomanip ios iosfwd iostream istream iterator latch
limits list locale map mdspan memory memory_resource mutex new numbers numeric optional ostream print
queue random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location span
spanstream sstream stack stacktrace stdatomic.h stdexcept stdfloat stop_token streambuf string
string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map
unordered_set utility valarray variant vector version
"""
_C_AND_POSIX = """
aio alloca arpa/inet assert byteswap complex cpuid ctype dirent dlfcn elf endian errno execinfo fcntl
fenv float getopt glob grp inttypes iso646 libgen limits link locale malloc math memory netdb netinet/in
netinet/tcp omp poll pthread pwd sched search semaphore setjmp signal spawn stdalign stdarg stdbool
stddef stdint stdio stdlib stdnoreturn string strings syscall termios tgmath threads time uchar ucontext
unistd utime values wchar wctype
"""
_NAMED = frozenset(_CXX.split()) | {f"{name}.h" for name in _C_AND_POSIX.split()}
_FAMILY = re.compile(
    r"(?:sys|linux|asm)/\w+\.h|[a-z0-9]*intrin\.h|arm_(?:neon|sve|acle)\.h|bits/stdc\+\+\.h"
    r"|ext/\w+(?:/\w+)*(?:\.hpp|\.h)?"
)


def allowed(directive: str, operand: str) -> bool:
    """Whether a directive (``include``, ...) with this operand names a header that a program may include."""
    if directive != "include":
        return False
    if operand.startswith('"'):
        return operand == f'"{OWN}"'
    match = re.fullmatch(r"<([^<>]*)>", operand)
    return match is not None and (match[1] in _NAMED or _FAMILY.fullmatch(match[1]) is not None)
