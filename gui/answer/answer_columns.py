"""The columns of the recommended changes, and of those that are not recommended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.model.diagnosis import ChangedKnob
from core.model.quantity import bytes_text
from gui.answer.answer_text import OtherChange
from gui.widgets.tables.table_model import Cell, CellColumn

NameOf = Callable[[str], str]


def change_columns(name_of: NameOf) -> tuple[CellColumn[ChangedKnob], ...]:
    """What is said of each change.

    Args:
        name_of: What the window calls a knob.
    """

    def change(knob: ChangedKnob) -> Cell:
        return Cell(name_of(knob.knob), knob.knob, bold=True)

    return (
        CellColumn("change", "The setting that is recommended", cell=change),
        _Where("where", "The line of your code", cell=_where),
        CellColumn("from \N{RIGHTWARDS ARROW} to", "Present and recommended value", cell=_step),
        CellColumn(
            "gives",
            "Throughput with all changes over that without this one, with its 95 % interval",
            number=True,
            cell=_gives,
        ),
        CellColumn("memory", "Extra memory", number=True, cell=_memory),
        CellColumn("training", "What it changes in the training", cell=_training),
    )


def other_columns(in_names: NameOf) -> tuple[CellColumn[OtherChange], ...]:
    """What is said of a change that is not recommended.

    Args:
        in_names: Puts what the window calls knobs into a text.
    """

    def what(row: OtherChange) -> Cell:
        text = in_names(row.what)
        return Cell(text, text)

    def why(row: OtherChange) -> Cell:
        text = in_names(row.why)
        return Cell(text, text, muted=True)

    return (
        CellColumn("other changes", "Why it is not recommended", cell=lambda row: Cell(row.kind)),
        CellColumn(
            "gives",
            "Throughput with it over that without, with its 95 % interval; for a change that "
            "was not tried, an upper bound from cut rates",
            number=True,
            cell=lambda row: Cell(
                f"{row.gives} {row.interval}".strip() or "–", muted=not row.gives
            ),
        ),
        CellColumn("what", "The change", cell=what),
        CellColumn("why", "Reason", cell=why),
    )


class _Where(CellColumn[ChangedKnob]):
    """Says nothing of a built-in workload."""

    def needless(self, rows: Sequence[ChangedKnob]) -> bool:
        """See base class."""
        return not any(knob.line for knob in rows)


def _step(knob: ChangedKnob) -> Cell:
    return Cell(f"{_words(knob.before)} \N{RIGHTWARDS ARROW} {_words(knob.after)}")


def _where(knob: ChangedKnob) -> Cell:
    if not knob.line:
        return Cell("–", muted=True)
    return Cell(knob.place, f"{knob.file}, line {knob.line}")


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def _gives(knob: ChangedKnob) -> Cell:
    if knob.contribution is None:
        return Cell("–", "Not measured by itself", muted=True)
    text = f"{knob.contribution:.2f}\N{MULTIPLICATION SIGN}"
    return Cell(f"{text} {knob.interval}".rstrip(), "95 % interval")


def _memory(knob: ChangedKnob) -> Cell:
    if not knob.memory_bytes:
        return Cell("–", muted=True)
    return Cell(f"+{bytes_text(knob.memory_bytes)}")


def _training(knob: ChangedKnob) -> Cell:
    return Cell(
        knob.changes_training or "same",
        knob.changes_training,
        muted=not knob.changes_training,
    )
