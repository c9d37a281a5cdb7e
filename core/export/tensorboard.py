"""Runs as a folder that TensorBoard opens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import ClassVar

from core.analysis.doubts.catalogue import doubts
from core.export.course import Line, course, figures, fit_began
from core.export.event_file import event, file_version, hparams, scalar, text
from core.export.exporter import FolderExporter
from core.model.environment import INTERPRETER, OWN_INTERPRETER
from core.model.run import Run

_NO_NAME = re.compile(r"[^\w .,=+@-]+")
_MOST_CHARACTERS = 80


class TensorBoard(FolderExporter):
    """An event file a run: curves, final figures, settings as hyperparameters, notes and doubts."""

    id: ClassVar[str] = "tensorboard"
    label: ClassVar[str] = "Folder for TensorBoard"
    help: ClassVar[str] = "Event files for TensorBoard: curves, figures, settings; one a run."
    opens: ClassVar[str] = "tensorboard --logdir {folder}"

    def write(self, runs: Sequence[Run], folder: Path) -> None:
        """See the base class."""
        # A setting that is a number in one run and a word in another is a word in all.
        every = [run.plan.settings.values_by_key for run in runs]
        words = {key for values in every for key, value in values.items() if isinstance(value, str)}
        differ = len({run.plan.interpreter for run in runs}) > 1
        for run in runs:
            # The file ends in the run's id: a run that was renamed meanwhile is not there twice.
            for before in folder.glob(f"*/events.out.tfevents.*.{run.id}"):
                before.unlink()
                if not any(before.parent.iterdir()):
                    before.parent.rmdir()
            name = _NO_NAME.sub("_", f"{run.number} {run.name}")[:_MOST_CHARACTERS].rstrip(" .")
            began = fit_began(run)
            file = folder / name / f"events.out.tfevents.{int(began)}.{run.id}"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(b"".join((file_version(), *_events(run, began, words, differ))))


def _events(run: Run, began: float, words: Set[str], differ: bool) -> Iterator[bytes]:
    settings = {
        key: str(value) if key in words else value
        for key, value in run.plan.settings.values_by_key.items()
    }
    if differ:  # a column of its own in the table of hyperparameters
        settings[INTERPRETER] = run.plan.interpreter or OWN_INTERPRETER
    group = "" if run.plan.turn is None else run.plan.turn.group + run.plan.turn.letter
    yield event(began, 0, (hparams(settings, group, began), text("about", _about(run))))
    lines = course(run)
    for line in lines:
        yield from _points(line, began)
    last_s = began + float(run.samples.done_s[-1]) if run.samples.steps else began
    final = [
        scalar(key, quantity.value or 0.0, quantity.provenance())
        for key, quantity in figures(run).items()
    ]
    yield event(last_s, run.samples.steps, final)


def _points(line: Line, began: float) -> Iterator[bytes]:
    columns = zip(line.steps.tolist(), line.at_s.tolist(), line.values.tolist(), strict=True)
    for index, (step, at_s, value) in enumerate(columns):
        described = line.source if index == 0 else ""
        yield event(began + at_s, step, (scalar(line.key, value, described),))


def _about(run: Run) -> str:
    """What the window says of a run beside its figures, as a table in Markdown."""
    rows = {
        "workload": run.plan.workload,
        "engine": run.plan.engine,
        "state": run.state.value,
        "emulated": ", ".join(run.emulations) or "nothing",
        "note": run.label.note,
        "tags": " ".join(run.label.tags),
        "failure": run.failure.text() if run.failure else "",
        "doubts": " ".join(doubt.text for doubt in doubts(run)),
        **{key: str(value) for key, value in run.environment.items()},
    }
    cells = ((key, _cell(words)) for key, words in rows.items() if words)
    return "\n".join(("| | |", "|---|---|", *(f"| {key} | {words} |" for key, words in cells)))


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")
