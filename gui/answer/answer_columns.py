"""The columns of the recommended changes."""

from __future__ import annotations

from collections.abc import Callable

from core.model.diagnosis import ChangedKnob
from core.model.quantity import bytes_text, significant
from gui.widgets.table_model import Cell, CellColumn

NameOf = Callable[[str], str]


def change_columns(name_of: NameOf) -> tuple[CellColumn[ChangedKnob], ...]:
    """What is said of each change.

    Args:
        name_of: What the window calls a knob.
    """

    def change(one: ChangedKnob) -> Cell:
        return Cell(name_of(one.knob), one.knob, bold=True)

    return (
        CellColumn("change", "The setting that is recommended", cell=change),
        CellColumn("where", "The line of your code", cell=_where),
        CellColumn("from", "As it is", cell=lambda one: Cell(_words(one.before))),
        CellColumn("to", "What is recommended", cell=lambda one: Cell(_words(one.after))),
        CellColumn(
            "gives",
            "Throughput with all changes over that without this one, with its 95 % interval",
            number=True,
            cell=_gives,
        ),
        CellColumn("memory", "What it takes", number=True, cell=_memory),
        CellColumn("training", "What it changes in the training", cell=_training),
    )


def _where(one: ChangedKnob) -> Cell:
    if not one.line:
        return Cell("–", muted=True)
    return Cell(f"{one.file.rpartition('/')[2]}:{one.line}", f"{one.file}, line {one.line}")


def _words(value: object) -> str:
    return (
        {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _gives(one: ChangedKnob) -> Cell:
    if one.contribution is None:
        return Cell("–", "Not measured by itself", muted=True)
    text = f"{one.contribution:.2f}\N{MULTIPLICATION SIGN}"
    if one.low is None or one.high is None:
        return Cell(text)
    return Cell(f"{text} [{significant(one.low)}, {significant(one.high)}]", "95 % interval")


def _memory(one: ChangedKnob) -> Cell:
    if not one.memory_bytes:
        return Cell("–", muted=True)
    return Cell(f"+{bytes_text(one.memory_bytes)}")


def _training(one: ChangedKnob) -> Cell:
    return Cell(
        one.changes_training or "same", one.changes_training, muted=not one.changes_training
    )
