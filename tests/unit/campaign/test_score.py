"""The score is one function of the evaluation: no profile reaches it, in any track."""

from contextlib import contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_aiopt import testing
from pytest_aiopt.journal.events import Confirmed, Finished, Measured
from pytest_aiopt.model import Feedback, Profile, ProfileItem, ProfileState
from pytest_aiopt.search.openevolve import Search

from .test_campaign import run

WORDS = st.text("abcdefgh ,.():%0123456789", max_size=40)
SHARES = st.floats(0, 1)
ITEMS = st.builds(ProfileItem, line=st.integers(1, 3), function=WORDS, value=SHARES, low=SHARES, high=SHARES)
PROFILES = st.builds(
    Profile,
    profiler=st.sampled_from(["perf", "callgrind", "causal"]),
    version=WORDS,
    state=st.sampled_from(ProfileState),
    binary_sha=st.just("0" * 64),
    workload=st.just("w0"),
    unit=WORDS,
    samples=st.integers(0, 10**6),
    seconds=st.floats(0, 100),
    outside=SHARES,
    items=st.lists(ITEMS, max_size=6).map(tuple),
)


class Profiled(testing.FakeInstruments):
    """Instruments that answer as always, but give one arbitrary profile."""

    given: Profile

    def profile(self, candidate):
        return (self.given,)


@contextmanager
def scored():
    """Record the scores that the search receives: (step, candidate, score) in order."""
    scores, real = [], Search.admit

    def admit(self, step, selection, candidate, score):
        scores.append((step, candidate.sha, score))
        return real(self, step, selection, candidate, score)

    Search.admit = admit
    try:
        yield scores
    finally:
        Search.admit = real


def outcome(folder, feedback, profile):
    """Everything that the score decides, of one campaign."""
    instruments = Profiled()
    instruments.given = profile
    path = folder / "journal"
    for old in folder.glob("journal*"):
        old.unlink()
    with scored() as scores:
        events = run(path, feedback=feedback, instruments=instruments)
    measured = [(e.candidate, e.measurement) for e in events if isinstance(e, Measured)]
    ends = [e for e in events if isinstance(e, Confirmed | Finished)]
    return scores, measured, ends


@settings(max_examples=25)
@given(one=PROFILES, other=PROFILES, feedback=st.sampled_from(Feedback))
def test_the_score_is_the_same_whatever_the_profile_says(tmp_path_factory, one, other, feedback):
    folder = tmp_path_factory.mktemp("score")
    scores, measured, ends = outcome(folder, feedback, one)
    assert scores
    assert outcome(folder, feedback, other) == (scores, measured, ends)
    assert outcome(folder, Feedback.NONE, other) == (scores, measured, ends)
