"""Exit codes: what the documentation promises, and each of them. 141: ``test_processes.py``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.cli.command import (
    BAD_INPUT,
    BROKEN_PIPE,
    DONE,
    EXIT_CODES,
    FAILED,
    SLOWER,
    STOPPED,
)
from core.model.events import RunEnded
from core.model.run import Failure, RunState
from tests.builders import even_samples, events_of, scripted_fit
from tests.core.cli.conftest import Cli
from tests.core.cli.measure.test_compare import SIDES, Machine

PAGE = Path(__file__).parents[3] / "docs/command-line.md"


def test_the_documentation_and_help_have_every_code(cli: Cli) -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## Exit codes")[2].partition("##")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == list(
        EXIT_CODES
    )
    told = " ".join(cli("--help").out.split())
    assert all(f"{code} {meaning}" in told for code, meaning in EXIT_CODES.items())
    assert len({DONE, FAILED, BAD_INPUT, SLOWER, STOPPED, BROKEN_PIPE}) == len(EXIT_CODES)


@pytest.mark.parametrize(
    ("words", "ending", "code"),
    [
        (("run", "in_memory"), RunEnded(RunState.DONE), DONE),
        (("run", "in_memory"), RunEnded(RunState.FAILED, Failure("It broke")), FAILED),
        (("run", "in_memory"), RunEnded(RunState.STOPPED), STOPPED),
        (
            ("run", "in_memory"),
            RunEnded(RunState.FAILED, Failure("No such folder", bad_input=True)),
            BAD_INPUT,
        ),
        (("run", "no_such_workload"), None, BAD_INPUT),
        (("no-such-command",), None, BAD_INPUT),
        (("export", "--csv", "no-such-folder/runs.csv"), None, BAD_INPUT),
    ],
)
def test_a_run_and_bad_input_end_with_their_code(
    cli: Cli, words: tuple[str, ...], ending: RunEnded | None, code: int
) -> None:
    assert cli(*words, fit=scripted_fit(events_of(even_samples(), ending))).code == code


def test_a_gate_ends_with_its_own_code(cli: Cli) -> None:
    words = ("compare", "in_memory", *SIDES, "--fail-if-slower", "10")
    assert cli(*words, fit=Machine(-40.0)).code == SLOWER
