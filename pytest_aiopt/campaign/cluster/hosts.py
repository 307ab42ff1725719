"""Which worker may run what: only one like us, and cells of a study on one kind of machine."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_aiopt.campaign.cluster.remote import Host, package_digest, study_digest
from pytest_aiopt.design.study import Study
from pytest_aiopt.tasks.loader import Task


def fault(host: Host, study: Study) -> str:
    """Return why nothing of ``study`` can be run on a worker, with the remedy; "" if something can."""
    if host.package != package_digest():
        return "it has another pytest-aiopt; install the controller's version there"
    if host.study != study_digest(study):
        return "it reads the study differently; install the controller's version there"
    return host.fault


def misfit(host: Host, study: Study, task: Task, kind: Mapping[str, str] | None) -> str:
    """Return why no cell of ``task`` can be run on a worker; "" if one can.

    ``kind``: machine, profilers and gate of the study's cells so far, None before the first.
    """
    if found := fault(host, study):
        return found
    if host.tasks.get(task.name) != task.digest:
        state = "another version of" if task.name in host.tasks else "no"
        return f"it has {state} task {task.name}; copy the task folder there"
    different = [name for name, value in (kind or {}).items() if host.kind.get(name) != value]
    if not different:
        return ""
    return f"its {' and '.join(different)} differ from those of the study's cells so far"
