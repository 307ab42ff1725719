"""The workloads of all shipped tasks."""

import helpers
import pytest

from pytest_aiopt.tasks import loader

TASKS = [helpers.task(name) for name in loader.discover(helpers.TASKS)]
WORKLOADS = [
    pytest.param(task, workload, id=f"{task.name}-{workload.name}")
    for task in TASKS
    for workload in task.workloads
]


@pytest.mark.parametrize(("task", "workload"), WORKLOADS)
def test_requests_depend_on_the_seed_alone(task, workload):
    requests = task.requests(workload, seed=5)
    assert requests == task.requests(workload, seed=5)
    assert not set(requests) & set(task.requests(workload, seed=6))
