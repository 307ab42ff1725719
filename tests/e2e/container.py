"""Makes this process look like one in a container: what Docker's default profile denies is denied.

No namespaces and no mounts, by a system call filter that every child inherits (and, for root, without
the capability to administer the system).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

_PR_CAPBSET_DROP, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 24, 22, 38
_CAP_SYS_ADMIN = 21
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_CALLS = {
    "x86_64": {"clone": 56, "mount": 165, "umount2": 166, "pivot_root": 155, "unshare": 272, "setns": 308},
    "aarch64": {"clone": 220, "mount": 40, "umount2": 39, "pivot_root": 41, "unshare": 97, "setns": 268},
}
_CLONE3, _LANDLOCK = 435, 444


def enter(*, landlock: bool) -> None:
    """Deny namespaces from now on, and Landlock too unless there is ``landlock``."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_CAPBSET_DROP, _CAP_SYS_ADMIN, 0, 0, 0)  # fails for users other than root, who lack it
    calls = dict(_CALLS[platform.machine()])
    clone = calls.pop("clone")
    program = [(_LOAD, 0, 0, 0)]
    for call in calls.values():
        program += _refuse(call, errno.EPERM)
    program += _refuse(_CLONE3, errno.ENOSYS)
    if not landlock:
        program += _refuse(_LANDLOCK, errno.ENOSYS)
    program += [(_EQUAL, 0, 3, clone), (_LOAD, 0, 0, 16), (_ANY_BIT, 0, 1, _NEW_NAMESPACES)]
    program += [(_RETURN, 0, 0, _ERROR | errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    code = b"".join(struct.pack("<HBBI", *each) for each in program)
    buffer = ctypes.create_string_buffer(code)
    described = struct.pack("<H6xQ", len(program), ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(_PR_SET_SECCOMP, 2, described, 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")


def _refuse(call: int, error: int) -> list[tuple[int, int, int, int]]:
    return [(_EQUAL, 0, 1, call), (_RETURN, 0, 0, _ERROR | error)]
