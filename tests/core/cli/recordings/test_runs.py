"""``runs --watch``: a table that follows what other programs record."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from core.cli.recordings.runs import FIGURES, rows_of
from core.cli.terminal.live_table import watch
from core.folders import Folders
from core.session import Session
from tests.builders import THROUGHPUT
from tests.core.cli.conftest import Cli
from tests.core.store.recorded import all_events, begin, record, take
from tests.experiment_builders import carry_out, comparison, waits


def seen(session: Session, *steps: Callable[[], object], width: int = 150) -> list[str]:
    """What the terminal showed each time that it was drawn; between two, a step is done."""
    console = Console(file=io.StringIO(), force_terminal=True, width=width, height=12)
    shown, rest = [], list(steps)

    def wait(_seconds: float) -> None:
        output = console.file
        assert isinstance(output, io.StringIO)
        shown.append(output.getvalue())
        output.seek(0)
        output.truncate()
        if not rest:
            raise KeyboardInterrupt
        rest.pop(0)()

    watch(session, rows_of, FIGURES, console=console, wait=wait)
    return shown


def test_the_table_follows_a_run_of_another_program_to_its_end(tmp_path: Path) -> None:
    folders = Folders.under(tmp_path)
    other, session = Session(folders), Session(folders)
    record(other)
    begin(other)
    take(other, all_events()[:7])
    middle, end = seen(session, lambda: take(other, all_events()[7:]))
    assert "run 2" in middle
    assert "running, epoch 1/2, step 20" in middle
    assert middle.index("run 2") < middle.index("run 1 ")
    assert "done" in end.partition("run 2")[2].partition("\n")[0]
    assert "2 runs · Ctrl-C ends" in end
    session.close()
    other.close()


def test_a_narrow_terminal_has_every_figure_and_the_newest_runs(tmp_path: Path) -> None:
    session = Session(Folders.under(tmp_path))
    for _ in range(8):
        record(session)
    (shown,) = seen(session, width=80)
    assert "8 runs, the newest 6 shown" in shown
    assert "run 8" in shown
    assert "run 1 " not in shown
    assert "engine" not in shown
    assert shown.count(THROUGHPUT.of(session.runs[0]).number()) == 6
    session.close()


def test_a_run_of_an_experiment_is_named_with_it(tmp_path: Path) -> None:
    session = Session(Folders.under(tmp_path))
    carry_out(session, comparison(repeats=1), waits(0.01))
    _, rows = rows_of(session, session.runs)
    assert [row[0] for row in rows] == ["comparison 1 · A 1", "comparison 1 · B 1"]
    (shown,) = seen(session, width=80)
    assert shown.count("compa") == 2
    assert "· A 1" in shown
    assert "· B 1" in shown
    session.close()


def test_a_name_cannot_format_or_control_the_terminal(tmp_path: Path) -> None:
    session = Session(Folders.under(tmp_path))
    session.relabel(record(session), name="[red]a\x1b[2J")
    (shown,) = seen(session)
    assert "[red]a" in shown
    assert "\x1b[2J" not in shown.partition("[red]a")[2]
    session.close()


def test_without_a_terminal_it_says_what_to_do_instead(cli: Cli) -> None:
    cli("run", "in_memory")
    found = cli("runs", "--watch")
    assert (found.code, found.out) == (2, "")
    assert "--json" in found.complaint


def test_a_table_and_a_document_at_once_is_bad_input(cli: Cli) -> None:
    assert cli("runs", "--watch", "--json").code == 2
