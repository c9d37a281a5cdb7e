"""A comparison as it is being put together: what it comes to, and what stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.comparisons.configurations import differing_keys
from core.analysis.comparisons.knob_values import knob_name
from core.analysis.sweeps.time_needed import Durations
from core.model.experiment import Experiment
from core.model.plan import PROCESS, RunPlan
from core.model.settings import Settings
from core.model.turn import LETTERS, ExperimentKind
from core.statistics import LEAST_PAIRS, Schedule
from core.text.workload_name import workload_name
from core.workloads.ways import comparable
from gui.comparison.candidates import AGAIN, Candidate
from gui.comparison.engine_notes import engine_notes, engine_obstacle
from gui.state.training_changes import training_changes

REPEATS = 5
"""Runs of each configuration, unless another number is asked for."""


@dataclass(frozen=True)
class ComparisonDraft:
    """What is chosen so far.

    Attributes:
        chosen: The configurations, the baseline first.
        repeats: Runs of each.
        early: Whether it stops once its intervals settle it.
        name: What the person calls it; empty for what its settings suggest.
        engine: Where all of its runs train.
    """

    chosen: tuple[Candidate, ...]
    repeats: int = REPEATS
    early: bool = False
    name: str = ""
    engine: str = PROCESS

    @property
    def configurations(self) -> tuple[Settings, ...]:
        """Their settings, the baseline first; those that cannot be run are left out."""
        baseline = self.chosen[0].settings if self.chosen else None
        chosen = (
            baseline if candidate.key == AGAIN else candidate.settings for candidate in self.chosen
        )
        return tuple(settings for settings in chosen if settings is not None)

    @property
    def _workloads(self) -> tuple[str, ...]:
        """Ids of the workloads of the configurations, in the same order."""
        return tuple(
            self.chosen[0].workload if candidate.key == AGAIN else candidate.workload
            for candidate in self.chosen
            if candidate.key == AGAIN or candidate.settings is not None
        )

    def obstacle(self) -> str:
        """Why it cannot be started, in a sentence; empty where it can."""
        for letter, candidate in zip(LETTERS, self.chosen, strict=False):
            if candidate.why_not:
                return f"{letter} cannot be run: {candidate.why_not}"
        if len(self.chosen) < 2:
            return "Tick at least one configuration to be compared with A."
        if len(self.chosen) > len(LETTERS):
            return f"At most {len(LETTERS)} configurations can be compared at once."
        baseline = self.chosen[0]
        for letter, candidate in zip(LETTERS, self.chosen, strict=False):
            if candidate.key != AGAIN and not comparable(baseline.workload, candidate.workload):
                first = workload_name(baseline.workload, candidate.workload)
                other = workload_name(candidate.workload, baseline.workload)
                return (
                    f"A is one of {first} and {letter} one of {other}: only "
                    "configurations of one workload can be compared."
                )
        return self._alike() or engine_obstacle(self.engine, self.configurations)

    def _alike(self) -> str:
        seen: dict[Settings, str] = {}
        for letter, candidate, settings in zip(
            LETTERS, self.chosen, self.configurations, strict=False
        ):
            if candidate.key == AGAIN:
                continue
            if settings in seen:
                return (
                    f"{seen[settings]} and {letter} have the same settings: choose another one. To "
                    "see how much noise alone makes, tick “A again”."
                )
            seen[settings] = letter
        return ""

    def notes(self) -> tuple[str, ...]:
        """What is to be known before it is started."""
        notes = []
        if self.repeats < LEAST_PAIRS:
            notes.append(f"With fewer than {LEAST_PAIRS} repeats no verdict is possible.")
        if self.obstacle():
            return tuple(notes)
        first = self.configurations[0]
        keys = dict.fromkeys(
            key for settings in self.configurations for key in settings.differing(first)
        )
        if "fit.device" in keys:
            notes.append("The devices differ: the difference will be that of the devices too.")
        if len(set(self._workloads)) > 1:
            notes.append("A PyDataset draws its own random numbers: the losses will not compare.")
        notes += engine_notes(self.engine, self.chosen[0].code, self.configurations)
        known = [key for key in keys if all(key in each for each in self.configurations)]
        return (*notes, *training_changes(known, first.chain))

    def schedule(self) -> str:
        """How sure the intervals will be, and what stopping early costs."""
        others = max(1, len(self.chosen) - 1)
        schedule = Schedule(self.repeats, others, self.early)
        if self.early and len(schedule.looks) == 1:
            return f"Only with more than {LEAST_PAIRS} repeats is there something to stop early."
        cost = " Stopping early costs that: the intervals are wider." if self.early else ""
        return f"{schedule.explanation()}{cost}"

    def amount(self, durations: Durations, data_folder: str) -> str:
        """``10 runs, about 2 min``; empty while it cannot be started."""
        if self.obstacle():
            return ""
        plans = [
            RunPlan(workload, settings, data_folder, engine=self.engine)
            for workload, settings in zip(self._workloads, self.configurations, strict=True)
        ]
        runs = len(plans) * self.repeats
        most = "at most " if self.early and self.repeats > LEAST_PAIRS else ""
        return f"{most}{runs} runs, {durations.needed(plans, self.repeats).text()}"

    def suggested_name(self) -> str:
        """What it is called where the person gives it no name: in what its settings differ."""
        if self.obstacle():
            return ""
        keys, configurations = differing_keys(self.configurations), self.configurations
        if not keys:
            return f"{workload_name(self.chosen[0].workload)} against itself"
        knobs = {key: knob for each in configurations for key, knob in each.chain.knobs.items()}
        names = [knob_name(key, knobs[key]) for key in keys]
        if len(keys) == 1:
            values = dict.fromkeys(s.format(keys[0]) for s in configurations if keys[0] in s)
            return f"{names[0]}: {' or '.join(values)}"
        more = f" and {len(names) - 2} more" if len(names) > 2 else ""
        return f"{', '.join(names[:2])}{more}"

    def experiment(self) -> Experiment:
        """What is to be run."""
        return Experiment(
            ExperimentKind.COMPARISON,
            self.chosen[0].workload,
            self.configurations,
            self.repeats,
            early=self.early,
            name=self.name or self.suggested_name(),
            code=self.chosen[0].code,
            engine=self.engine,
            workloads=self._workloads if len(set(self._workloads)) > 1 else (),
        )


def letters(chosen: Sequence[Candidate]) -> dict[str, str]:
    """The letter of each that is chosen, by its key."""
    return {candidate.key: letter for candidate, letter in zip(chosen, LETTERS, strict=False)}
