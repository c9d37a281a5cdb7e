"""The columns of the queue: what each says and explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.sweeps.time_needed import duration
from core.model.errors import InputError
from core.model.plan import Part, RunPlan
from core.model.run import Run
from core.text.workload_name import workload_name
from gui.running.progress import turn_in_words
from gui.running.queue_times import QueueTimes
from gui.state.app_state import AppState
from gui.state.run_facts import RunFacts, device_in_words
from gui.widgets.tables.table_model import Column

_ESTIMATE = (
    "Estimated: as long as the latest runs with the same settings took in the median, else those "
    "of the same workload, device and length, else those of the same workload and device. An "
    "isolated run has TensorFlow to load as well."
)
_UNKNOWN = "not known yet"
_WHY_UNKNOWN = "Nothing like it was run before, so nobody knows how long it takes."


@dataclass(frozen=True)
class QueueRow:
    """A row: a run that waits, or the one under way.

    Attributes:
        plan: What it is.
        place: Its place among those that wait, from 0; None for the one under way.
    """

    plan: RunPlan
    place: int | None

    @property
    def id(self) -> str:
        """The id that the run has or will have."""
        return self.plan.id


class QueueFacts:
    """What the columns say of plans."""

    def __init__(self, app_state: AppState, times: QueueTimes) -> None:
        self._session = app_state.session
        self._runs = RunFacts(self._session)
        self._devices: dict[str, str] = {}
        self.times = times

    @property
    def paused(self) -> bool:
        """Whether those that wait are held back."""
        return self._session.queue.paused

    def refresh(self) -> None:
        """Take the pinned baseline anew."""
        self._runs.baseline = self._session.baseline

    def title(self, plan: RunPlan) -> str:
        """``comparison 2 · B 3``, ``ceilings: model alone``, ``run``."""
        if plan.part is Part.DIAGNOSIS:
            return "diagnosis"
        if plan.part is not Part.WHOLE:
            return f"ceilings: {plan.part}"
        run = Run(plan)
        turn, experiment = plan.turn, self._session.experiments.of(run)
        if turn is None:
            return "run"
        title = self._session.experiments.label(experiment) if experiment else turn.kind
        return f"{title} · {turn_in_words(turn)}"

    def settings_text(self, plan: RunPlan) -> str:
        """The settings that differ, as the table of runs says them."""
        # A run that waits: nothing is known of it but its plan.
        return self._runs.settings_text(Run(plan))

    def settings_tooltip(self, plan: RunPlan) -> str:
        """The same, a setting a line."""
        return self._runs.settings_tooltip(Run(plan))

    def device(self, plan: RunPlan) -> str:
        """The device and what else will be emulated, as the table of runs says it."""
        if plan.id not in self._devices:
            try:
                emulations = self._session.settings_of(Run(plan))[1].emulations()
            except InputError:
                emulations = ()
            self._devices[plan.id] = device_in_words(plan.device, emulations)
        return self._devices[plan.id]


QueueColumn = Column[QueueRow, QueueFacts]


class UnderWayColumn(QueueColumn):
    """What stands out in the row of the run under way."""

    def bold(self, entry: QueueRow, facts: QueueFacts) -> bool:
        """See base class."""
        return entry.place is None


class PlaceColumn(UnderWayColumn):
    """Its place."""

    def text(self, entry: QueueRow, facts: QueueFacts) -> str:
        """From 1; a mark for the run under way."""
        mark = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"
        return mark if entry.place is None else str(entry.place + 1)

    def tooltip(self, entry: QueueRow, facts: QueueFacts) -> str:
        """The same in words."""
        return (
            "under way" if entry.place is None else f"number {entry.place + 1} of those that wait"
        )

    def spoken(self, entry: QueueRow, facts: QueueFacts) -> str:
        """Likewise."""
        return self.tooltip(entry, facts)


class TitleColumn(UnderWayColumn):
    """What it is."""

    def text(self, entry: QueueRow, facts: QueueFacts) -> str:
        """Its turn in an experiment, or a run by itself."""
        return facts.title(entry.plan)


class QueuedWorkloadColumn(QueueColumn):
    """What is trained on what."""

    def text(self, entry: QueueRow, facts: QueueFacts) -> str:
        """The id of the workload, without the folder where it is a file."""
        return workload_name(entry.plan.workload)

    def needless(self, rows: Sequence[QueueRow]) -> bool:
        """All runs are of the same workload."""
        return len({entry.plan.workload for entry in rows}) <= 1


class QueuedDeviceColumn(QueueColumn):
    """Where it will train."""

    def text(self, entry: QueueRow, facts: QueueFacts) -> str:
        """The device; an emulated one says so."""
        return facts.device(entry.plan)


class QueuedSettingsColumn(QueueColumn):
    """Settings that differ."""

    def text(self, entry: QueueRow, facts: QueueFacts) -> str:
        """One line."""
        return facts.settings_text(entry.plan)

    def tooltip(self, entry: QueueRow, facts: QueueFacts) -> str:
        """One setting a line."""
        return facts.settings_tooltip(entry.plan)


class TakesColumn(QueueColumn):
    """How long it will take."""

    def text(self, entry: QueueRow, facts: QueueFacts) -> str:
        """The estimate with its unit; of the run under way what is left."""
        if entry.place is None:
            left = facts.times.left_s()
            return _UNKNOWN if left is None else f"{duration(left)} left"
        seconds = facts.times.seconds(entry.plan)
        return _UNKNOWN if seconds is None else f"about {duration(seconds)}"

    def tooltip(self, entry: QueueRow, facts: QueueFacts) -> str:
        """Where the estimate comes from."""
        return _WHY_UNKNOWN if self.muted(entry, facts) else _ESTIMATE

    def muted(self, entry: QueueRow, facts: QueueFacts) -> bool:
        """Less weight where nobody knows."""
        return self.text(entry, facts) == _UNKNOWN


class BeginsColumn(UnderWayColumn):
    """When it will begin."""

    def text(self, entry: QueueRow, facts: QueueFacts) -> str:
        """``in 4 min``; nothing for the run under way."""
        if entry.place is None:
            return "under way"
        if facts.paused:
            return "paused"
        seconds = facts.times.begins_in_s(entry.place)
        if seconds is None:
            return "next" if entry.place == 0 else _UNKNOWN
        return f"in {duration(seconds)}"

    def tooltip(self, entry: QueueRow, facts: QueueFacts) -> str:
        """What it follows from."""
        if entry.place is None:
            return "It is under way."
        if facts.paused:
            seconds = facts.times.begins_in_s(entry.place)
            when = "" if seconds is None else f", {duration(seconds)} after that"
            return f"Once the queue goes on{when}."
        if facts.times.begins_in_s(entry.place) is None:
            return "A run in front of it is of unknown length: nothing like it was run before."
        return f"Once those in front of it are over. {_ESTIMATE}"

    def muted(self, entry: QueueRow, facts: QueueFacts) -> bool:
        """Less weight where there is no time."""
        return entry.place is not None and (
            facts.paused or facts.times.begins_in_s(entry.place) is None
        )


COLUMNS: tuple[QueueColumn, ...] = (
    PlaceColumn(
        "", "In which order they are carried out; Ctrl+Up and Ctrl+Down move them", "1000", True
    ),
    TitleColumn(
        "what",
        "Its turn in the comparison or sweep that it belongs to; or a run by itself",
        "B 3 · map parallel calls: off or 4",
    ),
    QueuedWorkloadColumn("workload", "What is trained on what", "jpeg_tfrecord"),
    QueuedDeviceColumn("device", "Where the model will train", "emulated 20 ms"),
    QueuedSettingsColumn(
        "settings that differ", "From the baseline's where one is pinned, else from the defaults"
    ),
    TakesColumn("takes", _ESTIMATE, "not known yet", True),
    BeginsColumn(
        "begins",
        "Once those in front of it are over, if they take as long as estimated",
        "not known yet",
        True,
    ),
)


def _section(kind: type[QueueColumn]) -> int:
    return next(section for section, column in enumerate(COLUMNS) if isinstance(column, kind))


PLACE, TITLE, DEVICE = map(_section, (PlaceColumn, TitleColumn, QueuedDeviceColumn))
SETTINGS, TAKES, BEGINS = map(_section, (QueuedSettingsColumn, TakesColumn, BeginsColumn))
