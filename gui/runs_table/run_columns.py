"""The columns of the table of runs: what each says, sorts by, explains and copies."""

from __future__ import annotations

from dataclasses import dataclass

from core.analysis.side_by_side.runs import ONE_RUN_EACH, OTHER_WORKLOAD
from core.metrics.catalogue import metric
from core.metrics.metric import Metric
from core.model.run import Run, RunState
from core.text.plural import plural
from core.text.workload_name import workload_name
from gui.running.engine_words import engine_of_run, where_it_trained
from gui.runs_table.run_column import RunColumn, SortKey
from gui.state.run_facts import RunFacts


@dataclass(frozen=True)
class MarkColumn(RunColumn):
    """The run's line, and B for the baseline; the model draws it."""

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """What the marks mean."""
        parts = ["the run's line in the plots"]
        if run.label.hidden:
            parts.append("hidden from the plots (H shows it)")
        if run.label.pinned:
            parts.append("B: the baseline that the others are compared with")
        return "\n".join(parts)

    def sort_key(self, run: Run, facts: RunFacts) -> SortKey:
        """By number, the baseline first."""
        return 0.0 if run.label.pinned else float(run.number)

    def copied(self, run: Run, facts: RunFacts) -> str:
        """The number of the run, and whether it is the baseline."""
        return f"{run.number} (baseline)" if run.label.pinned else str(run.number)


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


@dataclass(frozen=True)
class WorkloadColumn(RunColumn):
    """What was trained on what."""

    def text(self, run: Run, facts: RunFacts) -> str:
        """The id of the workload, without the folder where it is a file."""
        return workload_name(run.plan.workload, *facts.workloads)


@dataclass(frozen=True)
class DeviceColumn(RunColumn):
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
        """``window`` or ``isolated``."""
        return engine_of_run(run.plan.engine)

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """What that means."""
        return f"Trained {where_it_trained(run.plan.engine)}"


@dataclass(frozen=True)
class SettingsColumn(RunColumn):
    """Settings that differ."""

    def text(self, run: Run, facts: RunFacts) -> str:
        """One line."""
        return ", ".join(facts.short_changes(run)) or (
            "as the baseline" if facts.comparable(run) else "defaults"
        )

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """One setting a line, and what they differ from."""
        from_what = "from the baseline" if facts.comparable(run) else "from the defaults"
        changes = facts.changes(run)
        head = f"Settings that differ {from_what}:" if changes else f"None differ {from_what}."
        return "\n".join((head, *changes, *facts.emulated_beside_device(run)))

    def copied(self, run: Run, facts: RunFacts) -> str:
        """The full ids of the settings, as the command line takes them."""
        return ", ".join(facts.changes(run)) or self.text(run, facts)

    def muted(self, run: Run, facts: RunFacts) -> bool:
        """Less weight where nothing differs."""
        return run.label.hidden or not (facts.changes(run) or facts.emulated_beside_device(run))


@dataclass(frozen=True, kw_only=True)
class MetricColumn(RunColumn):
    """A figure of the run: the metric ``of``."""

    of: Metric

    def text(self, run: Run, facts: RunFacts) -> str:
        """Three significant digits; why there is none stands in the tooltip."""
        quantity = facts.figure(run, self.of)
        return quantity.number() if quantity.value is not None or run.state.over else "not yet"

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """The figure with its unit and where it comes from, or why there is none."""
        quantity = facts.figure(run, self.of)
        return (
            quantity.text()
            if quantity.value is None
            else f"{quantity.text()}\n{quantity.provenance()}"
        )

    def sort_key(self, run: Run, facts: RunFacts) -> SortKey:
        """The number."""
        return facts.figure(run, self.of).value

    def copied(self, run: Run, facts: RunFacts) -> str:
        """The number without thousands separators, or why there is none."""
        quantity = facts.figure(run, self.of)
        return quantity.text() if quantity.value is None else f"{quantity.value:.6g}"

    def muted(self, run: Run, facts: RunFacts) -> bool:
        """Less weight where nothing was measured."""
        return run.label.hidden or facts.figure(run, self.of).value is None


_OTHER_TRAINING = " *"


@dataclass(frozen=True)
class DifferenceColumn(RunColumn):
    """Throughput against the baseline's."""

    def text(self, run: Run, facts: RunFacts) -> str:
        """``26 % faster``, with ``*`` where the training differs; empty without a baseline."""
        if facts.baseline is None or facts.is_baseline(run):
            return ""
        if not facts.comparable(run):
            return OTHER_WORKLOAD
        difference = facts.difference(run)
        mark = _OTHER_TRAINING if facts.other_training(run) else ""
        return difference.text() + mark if difference else ""

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """What is compared, and how little one run proves."""
        if facts.baseline is None:
            return "No baseline is pinned. Select a run and press B."
        if facts.is_baseline(run):
            return "This is the baseline."
        if not facts.comparable(run):
            one, other = run.plan.workload, facts.baseline.plan.workload
            return f"{workload_name(one, other)} does not compare with {workload_name(other, one)}."
        difference = facts.difference(run)
        if difference is None:
            return "No throughput was measured in this run or in the baseline."
        lines = [f"Throughput against {facts.baseline.name}: {difference.text()}", ONE_RUN_EACH]
        here, there = (one.plan.engine for one in (run, facts.baseline))
        if here != there:
            engines = f"{engine_of_run(here)} instead of {engine_of_run(there)}"
            lines.append(f"Another engine, {engines}: some of the difference may come from that.")
        notes = facts.other_training(run)
        if notes:
            lines += ["* They do not train alike, so speed alone does not decide:", *notes]
        return "\n".join(lines)

    def sort_key(self, run: Run, facts: RunFacts) -> SortKey:
        """The percentage."""
        difference = facts.difference(run)
        if difference is None:
            return 0.0 if facts.is_baseline(run) else None
        return difference.amount

    def muted(self, run: Run, facts: RunFacts) -> bool:
        """Less weight where nothing is compared."""
        return run.label.hidden or not facts.comparable(run)


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

    def failed(self, run: Run) -> bool:
        """Whether the text is that of a failure."""
        return run.state in (RunState.FAILED, RunState.INTERRUPTED)


def _metric_column(key: str) -> MetricColumn:
    of = metric(key)
    # On two lines: the columns then are as narrow as their numbers.
    header = f"{of.label}\n({of.unit})" if of.unit else of.label
    return MetricColumn(header, of.help, "not measured", number=True, of=of)


COLUMNS: tuple[RunColumn, ...] = (
    MarkColumn("", "The run's line in the plots; B marks the baseline"),
    NameColumn("run", "F2 renames it", "run 100 · note"),
    WorkloadColumn("workload", "What was trained on what", "jpeg_tfrecord"),
    DeviceColumn("device", "Where the model trained", "emulated 20 ms"),
    SettingsColumn(
        "settings that differ", "From the baseline's where one is pinned, else from the defaults"
    ),
    _metric_column("throughput_examples_per_s"),
    DifferenceColumn(
        "throughput\nto baseline",
        "Throughput against the pinned baseline's (B pins one); *: they do not train alike",
        "1,100 % faster *",
        number=True,
    ),
    _metric_column("share_of_ceiling_percent"),
    _metric_column("device_idle_percent"),
    _metric_column("final_loss"),
    StateColumn("state", "Where the run is in its life", "done, 2 doubts"),
    EngineColumn(
        "engine",
        "window: model.fit on a thread of the program; isolated: in a process of its own",
        "isolated",
    ),
)

MARK, NAME, WORKLOAD, DEVICE, SETTINGS = range(5)
SHARE_OF_CEILING, STATE, ENGINE = 7, 10, 11
