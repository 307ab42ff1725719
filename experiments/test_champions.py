"""Champions in a session after the one that found them: ``pytest experiments/test_champions.py``.

Held-out workloads, fresh placements and inputs. The record is kept beside the journal; pytest-benchmark
shows the times on the first workload (``--benchmark-autosave``, then ``pytest-benchmark compare``).
"""

import pytest

from pytest_aiopt.plugin.recorded import RecordedClock, summary, times

CLOCK = RecordedClock()


@pytest.mark.benchmark(timer=CLOCK)
def test_champion(champion, benchmark):
    found = champion.reconfirm()
    assert found.refused is None, f"wrong on held-out inputs: {found.refused}"
    benchmark.group = champion.cell.task
    benchmark.extra_info.update(summary(found))
    measured = times(found)
    benchmark.pedantic(CLOCK.play(measured), rounds=len(measured))
