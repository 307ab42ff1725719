"""The inputs of timed runs."""

from types import SimpleNamespace

from pytest_aiopt.evaluation.meter.inputs import InTurn, fresh

W0, W1 = SimpleNamespace(name="w0"), SimpleNamespace(name="w1")


class FakeTask:
    """Every input is its seed."""

    def __init__(self):
        self.made = []

    def requests(self, workload, seed):
        self.made.append(workload.name)
        return [workload.name.encode(), str(seed).encode()]


def test_each_fresh_input_is_another_one():
    task = FakeTask()
    assert len({tuple(fresh(task, W0)) for _ in range(20)}) == 20


def test_a_few_inputs_per_workload_are_given_in_turn():
    task, draw = FakeTask(), InTurn(3)
    given = [tuple(draw(task, W0)) for _ in range(9)]
    assert given[:3] == given[3:6] == given[6:]
    assert len(set(given)) == 3
    assert draw(task, W1)[0] == b"w1"
    assert task.made == ["w0"] * 3 + ["w1"]
