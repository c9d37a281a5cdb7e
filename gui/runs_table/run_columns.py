"""The columns of the table of runs: what each says, sorts by, explains and copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QIcon

from core.model.environment import interpreter_name, machine_of
from core.model.run import Run, RunState
from core.text.plural import plural
from core.text.workload_name import workload_name
from gui.running.engine_words import engine_of_run, where_it_trained
from gui.runs_table.figure_columns import DifferenceColumn, MetricColumn, ShareOfCeilingColumn
from gui.runs_table.range_columns import RANGE_COLUMNS
from gui.runs_table.run_column import RunColumn
from gui.state.run_facts import RunFacts
from gui.theme import Theme
from gui.widgets.swatch import eye_icon, run_icon
from gui.widgets.tables.table_model import SortKey

_FOLDED = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"


@dataclass(frozen=True)
class MarkColumn(RunColumn):
    """The run's line, B for the baseline and P for other pinned runs."""

    def icon(self, run: Run, facts: RunFacts, theme: Theme) -> QIcon:
        """Line and letter."""
        return run_icon(theme, run.label)

    def spoken(self, run: Run, facts: RunFacts) -> str:
        """What the marks mean."""
        return self.tooltip(run, facts)

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """What the marks mean."""
        parts = ["the run's line in the plots"]
        if run.label.baseline:
            parts.append("B: the baseline that the others are compared with")
        elif run.label.pinned:
            parts.append("P: pinned above the others")
        return "\n".join(parts)

    def sort_key(self, run: Run, facts: RunFacts) -> SortKey:
        """By number, the baseline first."""
        return 0.0 if run.label.baseline else float(run.number)

    def copied(self, run: Run, facts: RunFacts) -> str:
        """The number of the run, and whether it is the baseline."""
        return f"{run.number} (baseline)" if run.label.baseline else str(run.number)


@dataclass(frozen=True)
class EyeColumn(RunColumn):
    """Whether plots show the run; a click on it changes that."""

    def icon(self, run: Run, facts: RunFacts, theme: Theme) -> QIcon:
        """An eye."""
        return eye_icon(theme, shown=facts.shown(run))

    def spoken(self, run: Run, facts: RunFacts) -> str:
        """The same in a word."""
        return "shown" if facts.shown(run) else "not shown"

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """What a click does."""
        if facts.solo:
            return "Alt+click or Shift+H brings the other runs back"
        does = "Hide it from the plots" if facts.shown(run) else "Show it in the plots"
        return f"{does} (click, or H); Alt+click or Shift+H shows this run alone"

    def sort_key(self, run: Run, facts: RunFacts) -> SortKey:
        """What is shown first."""
        return float(not facts.shown(run))

    def copied(self, run: Run, facts: RunFacts) -> str:
        """Whether plots show it."""
        return "yes" if facts.shown(run) else "no"


@dataclass(frozen=True)
class NameColumn(RunColumn):
    """The run's name; can be edited."""

    def text(self, run: Run, facts: RunFacts) -> str:
        """The name, and that there is a note."""
        name = facts.name(run)
        return f"{name} · note" if run.label.note else name

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """Name, number, when it was, and the note."""
        when = run.created[:19].replace("T", " ")
        lines = [f"{facts.name(run)} (number {run.number}, {when} UTC)", run.label.note]
        return "\n".join(line for line in lines if line)

    def sort_key(self, run: Run, facts: RunFacts) -> SortKey:
        """Runs without a name by number, so that run 10 comes after run 9."""
        return facts.name(run).lower() if run.label.name else f"run {run.number:09d}"

    def copied(self, run: Run, facts: RunFacts) -> str:
        """The name alone."""
        return facts.name(run)

    def folded(self, runs: Sequence[Run], facts: RunFacts) -> str:
        """The experiment and how many runs it has."""
        return f"{_FOLDED} {facts.experiment(runs[0])} · {plural(len(runs), 'run')}"

    def folded_tooltip(self, runs: Sequence[Run], facts: RunFacts) -> str:
        """The same, and which keys open it."""
        title = facts.experiment(runs[0])
        return f"{title}: {plural(len(runs), 'run')}. Right or Enter opens it, Left folds it."


@dataclass(frozen=True)
class TagsColumn(RunColumn):
    """The run's tags."""

    def text(self, run: Run, facts: RunFacts) -> str:
        """``#slow #laptop``."""
        return " ".join(f"#{tag}" for tag in run.label.tags)

    def needless(self, runs: Sequence[Run]) -> bool:
        """No run has a tag."""
        return not any(run.label.tags for run in runs)


@dataclass(frozen=True)
class SharedColumn(RunColumn):
    """What all runs of an experiment mostly have in common."""

    def folded(self, runs: Sequence[Run], facts: RunFacts) -> str:
        """What stands in all of their rows, or that they are not alike."""
        texts = {self.text(run, facts) for run in runs}
        return texts.pop() if len(texts) == 1 else "several"


@dataclass(frozen=True)
class WorkloadColumn(SharedColumn):
    """What was trained on what."""

    def text(self, run: Run, facts: RunFacts) -> str:
        """The id of the workload, without the folder where it is a file."""
        return workload_name(run.plan.workload, *facts.workloads)

    def needless(self, runs: Sequence[Run]) -> bool:
        """All runs are of the same workload."""
        return len({run.plan.workload for run in runs}) == 1


@dataclass(frozen=True)
class DeviceColumn(SharedColumn):
    """Where it trained."""

    def text(self, run: Run, facts: RunFacts) -> str:
        """The device; an emulated one says so."""
        return facts.device(run)

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """The device and all that was emulated."""
        return "\n".join((facts.device(run), *run.emulations))


@dataclass(frozen=True)
class EngineColumn(RunColumn):
    """Which engine carried it out."""

    def text(self, run: Run, facts: RunFacts) -> str:
        """``window`` or ``isolated``, and which other interpreter."""
        engine, interpreter = engine_of_run(run.plan.engine), run.plan.interpreter
        return f"{engine} · {interpreter_name(interpreter)}" if interpreter else engine

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """What that means."""
        interpreter = f" ({run.plan.interpreter})" if run.plan.interpreter else ""
        return f"Trained {where_it_trained(run.plan.engine)}{interpreter}"

    def needless(self, runs: Sequence[Run]) -> bool:
        """All runs were trained by the same engine, in the same interpreter of this machine."""
        kinds = {(run.plan.engine, run.plan.interpreter) for run in runs}
        return len(kinds) <= 1 and not any(machine_of(interpreter) for _, interpreter in kinds)


@dataclass(frozen=True)
class SettingsColumn(RunColumn):
    """Settings that differ."""

    def text(self, run: Run, facts: RunFacts) -> str:
        """One line."""
        return facts.settings_text(run)

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """One setting a line, and what they differ from."""
        return facts.settings_tooltip(run)

    def copied(self, run: Run, facts: RunFacts) -> str:
        """The full ids of the settings, as the command line takes them."""
        return ", ".join(facts.changes(run)) or self.text(run, facts)

    def muted(self, run: Run, facts: RunFacts) -> bool:
        """Less weight where nothing differs."""
        return run.label.hidden or not (facts.changes(run) or facts.emulated_beside_device(run))


NOT_ON_DISK = "not on disk"
_WAITS = (
    "Not all of it could be written to disk: it waits in memory, is tried again every few seconds "
    "and is lost where the program ends before."
)


@dataclass(frozen=True)
class StateColumn(RunColumn):
    """Where the run is in its life."""

    def text(self, run: Run, facts: RunFacts) -> str:
        """The state, how many doubts there are, and whether plots leave it out."""
        count = len(facts.doubts(run))
        doubtful = plural(count, "doubt") if count else ""
        return ", ".join(
            part
            for part in (
                str(run.state),
                NOT_ON_DISK if facts.unsaved(run) else "",
                doubtful,
                "hidden" if run.label.hidden else "",
            )
            if part
        )

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """What went wrong, and what is doubtful about the figures."""
        # Of a run that is done it is among the doubts.
        lines = [run.failure.text()] if run.failure and run.state is not RunState.DONE else []
        lines += [_WAITS] if facts.unsaved(run) else []
        lines += [doubt.text for doubt in facts.doubts(run)]
        return "\n".join(lines) or self.text(run, facts)

    def copied(self, run: Run, facts: RunFacts) -> str:
        """The state and what went wrong."""
        return f"{run.state}: {run.failure.text()}" if run.failure else str(run.state)

    def failed(self, run: Run, facts: RunFacts) -> bool:
        """Whether the run failed."""
        return run.state in (RunState.FAILED, RunState.INTERRUPTED)

    def folded(self, runs: Sequence[Run], facts: RunFacts) -> str:
        """How many runs are in which state."""
        count = Counter(str(run.state) for run in runs)
        return ", ".join(f"{number} {state}" for state, number in count.items())


COLUMNS: tuple[RunColumn, ...] = (
    MarkColumn("", "The run's line in the plots; B marks the baseline, P other pinned runs"),
    EyeColumn("show", "A click shows or hides the run in the plots, Alt+click shows it alone"),
    NameColumn("run", "F2 renames it", "run 100 · note"),
    TagsColumn("tags", "G changes them; type #tag above the table to see only these runs"),
    WorkloadColumn("workload", "What was trained on what", "jpeg_tfrecord"),
    DeviceColumn("device", "Where the model trained", "emulated 20 ms"),
    SettingsColumn(
        "settings that differ", "From the baseline's where there is one, else from the defaults"
    ),
    # First of all figures: they are what the person looks for while steps are selected.
    *RANGE_COLUMNS,
    MetricColumn.for_key("throughput_examples_per_s"),
    DifferenceColumn(
        "throughput\nto baseline",
        "Throughput against the baseline's (B sets it); *: they do not train alike",
        "1,100 % faster *",
        number=True,
    ),
    ShareOfCeilingColumn.for_key("share_of_ceiling_percent"),
    MetricColumn.for_key("device_idle_percent"),
    MetricColumn.for_key("final_loss"),
    StateColumn("state", "Where the run is in its life", "done, 2 doubts"),
    EngineColumn(
        "engine",
        "window: model.fit on a thread of the program; isolated: in a process of its own, "
        "in another interpreter where one is named",
        "isolated",
    ),
)


def _section(kind: type[RunColumn]) -> int:
    return next(section for section, column in enumerate(COLUMNS) if isinstance(column, kind))


MARK, EYE, NAME, TAGS = map(_section, (MarkColumn, EyeColumn, NameColumn, TagsColumn))
WORKLOAD = _section(WorkloadColumn)
DEVICE, SETTINGS, STATE = map(_section, (DeviceColumn, SettingsColumn, StateColumn))
THROUGHPUT = _section(MetricColumn)
SHARE_OF_CEILING, ENGINE = map(_section, (ShareOfCeilingColumn, EngineColumn))
