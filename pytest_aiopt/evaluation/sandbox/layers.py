"""The ways to confine a program, best first, with the missing parts of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

NAMESPACES = "mount, process and network namespaces"
LANDLOCK = "Landlock"
FILTER = "the system call filter"


@dataclass(frozen=True, slots=True)
class Layers:
    """One way to confine a program. ``drop``: root becomes an unused user inside."""

    level: int
    privileges: tuple[str, ...] = ()
    drop: bool = False
    landlock: bool = False
    filter_calls: bool = True

    @property
    def counts_alone(self) -> bool:
        """Whether RLIMIT_NPROC counts the processes of one run only."""
        return self.drop or self.level == 2

    @property
    def lacks(self) -> tuple[str, ...]:
        """The layers this way does without; Landlock is no loss where there are namespaces."""
        if self.level == 2:
            return ()
        held = {LANDLOCK: self.landlock, FILTER: self.filter_calls}
        return (NAMESPACES, *(name for name, present in held.items() if not present))


def candidates(root: bool) -> Iterator[Layers]:
    """Yield the ways to confine, best first."""
    if root:  # no user namespace needed: bubblewrap keeps just what the supervisor needs to drop the rest
        keep = "--cap-drop ALL --cap-add CAP_SETUID --cap-add CAP_SETGID --cap-add CAP_KILL"
        yield Layers(2, tuple(keep.split()), drop=True)
    nobody = "--unshare-user --uid 65534 --gid 65534 --cap-drop ALL"
    yield Layers(2, tuple(nobody.split()))
    yield Layers(1, drop=root, landlock=True)
    yield Layers(0, drop=root)
    yield Layers(0, drop=root, filter_calls=False)
