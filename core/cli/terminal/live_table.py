"""A table of runs in a terminal that follows what is recorded."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from core.model.errors import InputError
from core.model.run import Run
from core.session import Session
from core.text.plain_text import visible
from core.text.plural import plural

RowsOf = Callable[[Session, Sequence[Run]], tuple[tuple[str, ...], list[tuple[str, ...]]]]
"""Headings and rows of some runs."""

_LEAST_S = 1.0
_MOST_SHARE = 0.05
"""Of the time that looking may take: a log that is long is read less often."""
_AROUND = 6
"""Lines that are no runs."""
_WIDE = 120
_NUMBER = 12
"""Characters of "not measured"."""


def watch(
    session: Session,
    rows_of: RowsOf,
    numbers: Collection[int],
    *,
    console: Console | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Show the newest runs first, those under way in other programs too, until Ctrl-C.

    Args:
        session: The recorded runs.
        rows_of: What is shown of runs.
        numbers: Which columns are numbers.
        console: The terminal.
        wait: Waits for some seconds.

    Raises:
        InputError: It is no terminal.
    """
    console = console or Console()
    if not console.is_terminal:
        raise InputError(
            "--watch rewrites a table, and the output is no terminal",
            remedy="Leave --watch out, or use --json.",
        )
    with Live(console=console, auto_refresh=False, screen=True) as live:
        try:
            while True:
                began_s = time.monotonic()
                session.refresh()
                runs = [*session.runs, *session.running_elsewhere()]
                room = max(console.height - _AROUND, 1)
                newest = sorted(runs, key=lambda run: run.number, reverse=True)[:room]
                headings, rows = rows_of(session, newest)
                shown = _shown(headings, rows, len(runs), numbers, narrow=console.width < _WIDE)
                live.update(shown, refresh=True)
                wait(max(_LEAST_S, (time.monotonic() - began_s) / _MOST_SHARE))
        except KeyboardInterrupt:
            return


def _shown(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    runs: int,
    numbers: Collection[int],
    *,
    narrow: bool,
) -> Group:
    left_out = {"engine"} if narrow else set()
    columns = [index for index, heading in enumerate(headings) if heading not in left_out]
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    for index in columns:
        heading = headings[index]
        if index in numbers:
            # A heading is wider than its numbers, and goes on below.
            table.add_column(Text(heading), justify="right", width=_NUMBER)
        elif index > max(numbers):
            # What is long gets the room that is left.
            table.add_column(Text(heading), ratio=1, min_width=8, no_wrap=True, overflow="ellipsis")
        else:
            widest = _NUMBER if narrow else None
            table.add_column(Text(heading), overflow="ellipsis", max_width=widest)
    for row in rows:
        # As text: a name may come from anywhere and look like markup or control a terminal.
        name, *rest = (visible(" ".join(row[index].split())) for index in columns)
        table.add_row(*map(Text, (_cut_inside(name) if narrow else name, *rest)))
    more = f", the newest {len(rows)} shown" if len(rows) < runs else ""
    return Group(table, Text(f"\n{plural(runs, 'run')}{more} · Ctrl-C ends", style="dim"))


def _cut_inside(name: str) -> str:
    """A name that fits a narrow column: which run of an experiment it is stands at its end."""
    if len(name) <= _NUMBER:
        return name
    return f"{name[: _NUMBER // 2 - 1]}\N{HORIZONTAL ELLIPSIS}{name[-_NUMBER // 2 :]}"
