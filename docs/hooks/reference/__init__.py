"""The pages of the reference, made from the code."""

from __future__ import annotations

from collections.abc import Callable

from reference import commands, journal, plugin, settings

PAGES: dict[str, Callable[[], str]] = {
    "reference/commands.md": commands.page,
    "reference/options.md": plugin.options_page,
    "reference/study.md": settings.study_page,
    "reference/task.md": settings.task_page,
    "reference/plugin.md": plugin.plugin_page,
    "reference/python.md": plugin.python_page,
    "reference/journal.md": journal.page,
}
