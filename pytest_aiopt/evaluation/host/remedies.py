"""Remedies where bubblewrap does not work, by its message and by settings of the kernel."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

INSTALL = "apt-get install bubblewrap"
_APPARMOR = "proc/sys/kernel/apparmor_restrict_unprivileged_userns"
_PROFILE = (
    "AppArmor restricts user namespaces: install its profile for bubblewrap "
    "(apt-get install apparmor-profiles; "
    "cp /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/; "
    "apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict), "
    "or sysctl kernel.apparmor_restrict_unprivileged_userns=0"
)
_COUNTED = "sysctl user.max_user_namespaces=10000 (and user.max_pid_namespaces, user.max_mnt_namespaces)"
_DEBIAN = "sysctl kernel.unprivileged_userns_clone=1"
_CONTAINER = "in a container: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined"
_MASKED = (
    "in a container: docker run --security-opt systempaths=unconfined, or podman --security-opt unmask=ALL"
)


def of(missing: Sequence[str]) -> str:
    """Return the remedy for the first way to confine that does not work, among all that do not."""
    said = "" if shutil.which("bwrap") is None else next(iter(missing), "")
    return for_bubblewrap(said)


def for_bubblewrap(said: str, root: Path = Path("/")) -> str:
    """Return the remedy for a message of bubblewrap's, or for its absence ("")."""
    if not said:
        return INSTALL
    if "uid map: Permission denied" in said or "RTM_NEWADDR" in said:
        return _PROFILE
    if "ENOSPC" in said or "No space left on device" in said:
        return _COUNTED
    if "mount proc" in said:
        return _MASKED
    if "namespace" in said or "Operation not permitted" in said:
        return _refused(root)
    return "see docs/explanation/sandbox.md"


def _refused(root: Path) -> str:
    """Return the remedy where namespaces are refused, by which setting of the kernel refuses them."""
    if _is(root / _APPARMOR, "1"):
        return _PROFILE
    if _is(root / "proc/sys/kernel/unprivileged_userns_clone", "0"):
        return _DEBIAN
    if _is(root / "proc/sys/user/max_user_namespaces", "0"):
        return _COUNTED
    return _CONTAINER


def _is(path: Path, value: str) -> bool:
    try:
        return path.read_text(encoding="ascii").strip() == value
    except OSError:
        return False
