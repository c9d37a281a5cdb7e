"""A run as a text for a report of a fault: versions, settings, machine, and what it said last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.model.run import Run
from core.model.version import VERSION
from core.store.run_story import StoryLine

_MOST_LINES = 200
_HOME = re.compile(r"(?:/home/|/Users/|[A-Za-z]:\\+Users\\+)[^/\\\s:;,'\"<>|]+")
"""Also of another machine: a run may have been imported."""


def bug_report(run: Run, story: Sequence[StoryLine]) -> str:
    """The text; homes of users are written as ``~``.

    Args:
        run: The run.
        story: What happened in it (``Session.story``); the end of it is taken.
    """
    plan = run.plan
    where = {
        "workload": plan.workload,
        "engine": plan.engine,
        "interpreter": plan.interpreter or "this program's own",
        **({"code": str(plan.code.file)} if plan.code is not None else {}),
    }
    left_out = max(0, len(story) - _MOST_LINES)
    lines = [
        f"Pipeline Explorer {VERSION}",
        f"Run {run.number}: {run.state}, recorded {run.created[:19]} UTC, "
        f"{run.samples.steps} steps",
        "",
        *_section("Run", (f"{name}: {value}" for name, value in where.items())),
        *_section("Settings", (f"{key} = {value}" for key, value in plan.settings.items())),
        *_section(
            "Machine and versions",
            (f"{key}: {value}" for key, value in run.environment.items())
            if run.environment
            else ("not recorded: the run ended before they were seen",),
        ),
        *_section("Emulated", run.emulations or ("nothing",)),
    ]
    if run.failure is not None:
        details = run.failure.details.splitlines()
        lines += _section("Failure", (run.failure.text(), *details))
    told = [line.shown() for line in story[left_out:]] or ["not recorded"]
    if left_out:
        told.insert(0, f"[{left_out} lines before these are left out]")
    lines += _section("What happened (| printed by the run)", told)
    return without_homes("\n".join(lines).rstrip() + "\n")


def without_homes(text: str) -> str:
    """The text without the names of users in paths."""
    home = str(Path.home())
    if len(home) > 1:
        text = text.replace(home, "~")
    return _HOME.sub("~", text)


def _section(head: str, lines: Iterable[str]) -> list[str]:
    return [head, *(f"  {line}" for line in lines), ""]
