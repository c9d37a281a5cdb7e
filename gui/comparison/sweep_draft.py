"""A sweep as it is being put together: what it comes to, and what stands in its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice

from core.analysis.comparisons.knob_values import assigned, knob_name
from core.analysis.sweeps.design import axis, designed, size
from core.analysis.sweeps.time_needed import Durations, TimeNeeded
from core.model.errors import InputError
from core.model.experiment import Experiment, SweptKnob
from core.model.kinds import Value, Whole
from core.model.knob import Knob
from core.model.plan import PROCESS, RunPlan
from core.model.settings import Settings
from core.model.tensorflow_kinds import Device
from core.model.turn import ExperimentKind
from core.model.user_code import UserCode
from core.text.plural import plural
from gui.comparison.engine_notes import engine_notes, engine_obstacle
from gui.state.training_changes import training_changes

REPEATS = 2
"""Runs of each configuration, unless another number is asked for."""
MOST_CONFIGURATIONS = 2_000
"""With more, a sweep is not begun from the window: it would take weeks."""
_MANY_RUNS, _LONG_S = 100, 3600.0
_PREVIEW = 4

CannotRun = Callable[[Settings], str]
"""Why settings cannot be run, in a sentence; empty where they can."""


@dataclass(frozen=True)
class SweepDraft:
    """What is asked for so far.

    Attributes:
        workload: Id of the workload.
        base: What is not varied is as in these settings.
        texts: Of each knob that is varied its values, as a person types them.
        design: ``grid``, ``one-at-a-time`` or ``random:N``.
        repeats: Runs of each configuration.
        name: What the person calls it; empty for what its knobs suggest.
        cannot_run: Looks whether settings can be run here.
        engine: Where all of its runs train.
        code: The person's own code that is run; None for a built-in workload.
    """

    workload: str
    base: Settings
    texts: Mapping[str, str]
    design: str = "grid"
    repeats: int = REPEATS
    name: str = ""
    cannot_run: CannotRun = lambda _: ""
    engine: str = PROCESS
    code: UserCode | None = None

    @cached_property
    def _read(self) -> tuple[tuple[SweptKnob, ...], Mapping[str, str]]:
        axes, errors = [], {}
        for key, text in self.texts.items():
            try:
                swept_knob = (
                    axis(f"{key}={text}", self.base.chain) if text.strip() else SweptKnob(key, ())
                )
            except InputError as error:
                errors[key] = f"{error.what.removeprefix(key).strip()}: takes {error.expected}."
            else:
                if swept_knob.values:
                    axes.append(swept_knob)
                else:
                    errors[key] = f"takes {self.base.chain.knob(key).kind.describe()}."
        return tuple(axes), errors

    @property
    def axes(self) -> tuple[SweptKnob, ...]:
        """The knobs whose values can be read."""
        return self._read[0]

    @property
    def errors(self) -> Mapping[str, str]:
        """Of each knob whose values cannot be read: why, in a sentence or two."""
        return self._read[1]

    def obstacle(self) -> str:
        """Why it cannot be started, in a sentence; empty where it can."""
        if not self.texts:
            return "Tick at least one knob."
        if self.errors:
            return "\n".join(f"{self._name(key)}: {why}" for key, why in self.errors.items())
        if self.count > MOST_CONFIGURATIONS:
            return (
                f"{self.count:,} configurations are too many (at most {MOST_CONFIGURATIONS:,}): "
                "take fewer values, vary one at a time, or draw some at random."
            )
        return engine_obstacle(self.engine, self._designed)

    @property
    def count(self) -> int:
        """How many configurations it has; none of them is made for that."""
        return size(self.design, self.base, self.axes) if self.axes else 0

    @cached_property
    def configurations(self) -> tuple[Settings, ...]:
        """All of them; none while it cannot be started."""
        return () if self.obstacle() else self._designed

    @cached_property
    def _designed(self) -> tuple[Settings, ...]:
        return designed(self.design, self.base, self.axes)

    def needed(self, durations: Durations, data_folder: str) -> TimeNeeded:
        """How long it will take."""
        made = partial(RunPlan, self.workload, data_folder=data_folder, engine=self.engine)
        plans = [made(settings) for settings in self.configurations]
        return durations.needed(plans, self.repeats)

    def amount(self, needed: TimeNeeded) -> str:
        """``12 configurations, 24 runs, about 8 min``; empty while it cannot be started."""
        count = len(self.configurations)
        if not count:
            return ""
        runs = count * self.repeats
        return f"{plural(count, 'configuration')}, {plural(runs, 'run')}, {needed.text()}"

    def notes(self, needed: TimeNeeded) -> tuple[str, ...]:
        """What is to be known before it is started."""
        if self.obstacle():
            return ()
        runs = len(self.configurations) * self.repeats
        notes = []
        if runs > _MANY_RUNS or (needed.seconds or 0.0) > _LONG_S:
            notes.append(
                f"That is much: {runs:,} runs. One at a time or some at random need fewer; it can "
                "be stopped and gone on with later."
            )
        if self.repeats < 2:
            notes.append("Without a second repeat nobody can tell an effect from noise.")
        notes += self._unbuilt()
        notes += self._without_effect()
        notes += engine_notes(self.engine, self.code, self.configurations)
        return (
            *notes,
            *training_changes((swept_knob.key for swept_knob in self.axes), self.base.chain),
        )

    def _unbuilt(self) -> list[str]:
        reasons: dict[str, int] = {}
        for settings in self.configurations:
            reason = self.cannot_run(settings)
            if reason:
                reasons[reason] = reasons.get(reason, 0) + 1
        total = len(self.configurations)
        notes = [
            f"{count} of {total} configurations cannot be run: {reason}"
            for reason, count in reasons.items()
        ]
        gpus = [
            v for swept_knob in self.axes for v in swept_knob.values if str(v).startswith("gpu:")
        ]
        if gpus:
            names = " and ".join(map(str, gpus))
            notes.append(f"Runs on {names} fail where TensorFlow does not see it.")
        return notes

    def _without_effect(self) -> list[str]:
        """Stages that are off where a knob of theirs is varied."""
        notes = []
        for swept_knob in self.axes:
            stage = self.base.chain.stage(swept_knob.key.rpartition(".")[0])
            if stage is None or (stage.switch and stage.id(stage.switch.knob) == swept_knob.key):
                continue
            off = sum(not stage.is_on(settings) for settings in self.configurations)
            if off:
                total = len(self.configurations)
                where = f"all {total}" if off == total else f"{off} of {total}"
                notes.append(
                    f"{stage.key} is off in {where} configurations: "
                    f"{self._name(swept_knob.key)} changes nothing there."
                )
        return notes

    def _name(self, key: str) -> str:
        return knob_name(key, self.base.chain.knobs.get(key))

    def preview(self) -> tuple[str, ...]:
        """The first few configurations, a line each."""
        lines = [
            f"#{number}  {assigned(settings, (swept_knob.key for swept_knob in self.axes))}"
            for number, settings in enumerate(islice(self.configurations, _PREVIEW), start=1)
        ]
        more = len(self.configurations) - _PREVIEW
        return (*lines, f"and {more:,} more") if more > 0 else tuple(lines)

    def suggested_name(self) -> str:
        """What it is called where the person gives it no name."""
        names = [self._name(swept_knob.key) for swept_knob in self.axes]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return f"{' × '.join(names[:3])}{more}"

    def experiment(self) -> Experiment:
        """What is to be run."""
        return Experiment(
            ExperimentKind.SWEEP,
            self.workload,
            self.configurations,
            self.repeats,
            self.axes,
            self.design,
            name=self.name or self.suggested_name(),
            code=self.code,
            engine=self.engine,
        )


def values_to_try(knob: Knob, value: Value) -> str:
    """Values of a knob that are worth a sweep, as a person would type them.

    Args:
        knob: Which one.
        value: Its present value.
    """
    kind = knob.kind
    values: list[Value] = list(kind.suggestions())
    if isinstance(kind, Device):
        # Most machines have no GPU, and every run on it would fail there.
        values = [
            choice for choice in values if not str(choice).startswith("gpu") or choice == value
        ]
    if not values and isinstance(kind, Whole) and isinstance(value, int):
        values = [choice for choice in range(value, value + 3) if choice <= kind.maximum]
    return ",".join(kind.format(choice) for choice in values or [value])
