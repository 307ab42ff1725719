"""``aiopt audit``: checks the content of every prompt from the journals."""

from __future__ import annotations

from pytest_aiopt.cli.base import stored
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Hint


def audit(store: Store, out: Output) -> int:
    """Write one line per cell; return 1 if a prompt differs from its track or a journal is damaged."""
    from pytest_aiopt.campaign.audit import audit as audit_cell

    read = stored.journals(store)
    audits = {name: audit_cell(record) for name, record in read.journals.items()}
    for one in audits.values():
        verdict = "ok" if not one.problems else "; ".join(map(str, one.problems[:3]))
        counts = f"feedback {one.feedback.value}, {one.prompts} prompts, {one.treated} treated"
        if one.gaps:
            counts += f", {len(one.gaps)} without treatment ({one.gaps[0].text})"
        if one.cut:
            counts += f", {len(one.cut)} cut by the endpoint"
        if one.hint is not Hint.NONE:
            counts += f", hint {one.hint.value}, {one.hinted} hinted"
        out.line(f"{one.cell}: {counts}: {verdict}")
    stored.write_damaged(read.damaged, out)
    ok = not read.damaged and not any(one.problems for one in audits.values())
    out.result({"ok": ok, "journals": audits, "damaged": read.damaged})
    return int(not ok)


def _run(call: Invocation) -> int:
    return audit(call.store, call.out)


COMMAND = Command(
    "audit",
    "check from the journals that every prompt contains exactly what its track specifies",
    "aiopt audit --results results",
    _run,
)
