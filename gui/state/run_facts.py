"""What tables say of runs, worked out once per run where the run is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.analysis.comparisons.difference import Difference, difference
from core.analysis.comparisons.knob_values import knob_name
from core.analysis.comparisons.same_training import training_notes
from core.analysis.doubts.catalogue import doubts
from core.analysis.doubts.doubt import Doubt
from core.metrics.catalogue import metric
from core.metrics.metric import Metric
from core.model.errors import InputError
from core.model.kinds import Value
from core.model.measured.emulation import ACCELERATOR
from core.model.quantity import EXCEEDED, Quantity
from core.model.run import Run
from core.model.settings import Settings
from core.model.tensorflow_kinds import emulated_ms
from core.session import Session
from gui.state.app_state import is_shown
from gui.state.selected_range import SelectedRange

# The device has a column of its own.
_DEVICE = "fit.device"
_THROUGHPUT = metric("throughput_examples_per_s")


class _Change(NamedTuple):
    """A setting that differs: its id, what tables call it, and its value in words."""

    key: str
    short: str
    value: str


def device_in_words(device: str, emulations: Sequence[str]) -> str:
    """A device as tables show it.

    Args:
        device: As a plan has it.
        emulations: What is emulated, in words, that of the device among it.
    """
    ms, others = emulated_ms(device), _beside_device(emulations)
    if ms is None:
        return " + ".join((device, *others))
    beyond = " (exceeded)" if any(EXCEEDED in emulation for emulation in emulations) else ""
    # One "emulated" is enough for both.
    words = (f"emulated {ms:g} ms{beyond}", *(other.partition(" ")[2] for other in others))
    return " + ".join(words)


class RunFacts:
    """Figures and texts of runs against the present baseline.

    Attributes:
        baseline: The baseline as it was when the list of runs last changed; None without.
        workloads: Ids of the workloads of the runs in the list.
        selected_range: The steps that are selected in the plots; None for none.
        solo: Ids of the runs that alone are shown in plots; empty for no such.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.baseline: Run | None = None
        self.workloads: tuple[str, ...] = ()
        self.solo: frozenset[str] = frozenset()
        self.selected_range: SelectedRange | None = None
        self._figures: dict[tuple[str, str], tuple[Run, Quantity]] = {}
        self._doubts: dict[str, tuple[Run, tuple[Doubt, ...]]] = {}
        self._changes: dict[tuple[str, str], tuple[_Change, ...]] = {}
        self._other_training: dict[tuple[str, str], tuple[str, ...]] = {}
        self._defaults: dict[str, Settings | None] = {}

    def figure(self, run: Run, metric: Metric) -> Quantity:
        """A metric of a run; computed once for a run that is over, else once as it stands."""
        key = (run.id, metric.key)
        known = self._figures.get(key)
        # A table asks for one figure many times: its text, its colour, its tooltip.
        if known is not None and (known[0] is run or _as_before(run, known[0])):
            return known[1]
        quantity = metric.of(run)
        self._figures[key] = (run, quantity)
        return quantity

    def name(self, run: Run) -> str:
        """What the run is called among all others: with its comparison or sweep."""
        return self._session.experiments.name_of(run)

    def experiment(self, run: Run) -> str:
        """What the run's comparison or sweep is called."""
        experiment = self._session.experiments.of(run)
        return self._session.experiments.label(experiment) if experiment else "experiment"

    def shown(self, run: Run) -> bool:
        """Whether plots show the run."""
        return is_shown(run, self.solo)

    def is_baseline(self, run: Run) -> bool:
        """Whether the others are compared with this run."""
        return self.baseline is not None and self.baseline.id == run.id

    def comparable(self, run: Run) -> bool:
        """Whether there is a baseline of the same workload, other than the run itself."""
        return (
            self.baseline is not None
            and not self.is_baseline(run)
            and self.baseline.plan.workload == run.plan.workload
        )

    def difference(self, run: Run) -> Difference | None:
        """The run's throughput against the baseline's; None where they do not compare."""
        if self.baseline is None or not self.comparable(run):
            return None
        own, other = self.figure(run, _THROUGHPUT), self.figure(self.baseline, _THROUGHPUT)
        return difference(_THROUGHPUT, own, other)

    def other_training(self, run: Run) -> tuple[str, ...]:
        """What makes its training another than the baseline's, in sentences; mostly nothing."""
        if self.baseline is None or not self.comparable(run) or not run.state.over:
            return ()
        key = (run.id, self.baseline.id)
        if key not in self._other_training:
            named = self._session.experiments.named
            self._other_training[key] = training_notes((named(run),), named(self.baseline))
        return self._other_training[key]

    def changes(self, run: Run) -> tuple[str, ...]:
        """Settings as ``stage.knob=value`` that differ from the baseline's.

        Without a baseline of the same workload, and for the baseline itself: that differ from
        the knobs' defaults.
        """
        return tuple(f"{change.key}={change.value}" for change in self._find(run))

    def short_changes(self, run: Run) -> tuple[str, ...]:
        """The same, as short as a table needs them: ``prefetch=2``, ``map parallel calls=4``."""
        return tuple(f"{change.short}={change.value}" for change in self._find(run))

    def settings_text(self, run: Run) -> str:
        """Settings that differ, in one line."""
        return ", ".join(self.short_changes(run)) or (
            "as the baseline" if self.comparable(run) else "defaults"
        )

    def settings_tooltip(self, run: Run) -> str:
        """Settings that differ, a line each, and what they differ from."""
        from_what = "from the baseline" if self.comparable(run) else "from the defaults"
        changes = self.changes(run)
        head = f"Settings that differ {from_what}:" if changes else f"None differ {from_what}."
        return "\n".join((head, *changes, *self.emulated_beside_device(run)))

    def _find(self, run: Run) -> tuple[_Change, ...]:
        against = self.baseline if self.comparable(run) else None
        key = (run.id, against.id if against else "")
        if key not in self._changes:
            self._changes[key] = self._find_changes(run, against)
        return self._changes[key]

    def doubts(self, run: Run) -> tuple[Doubt, ...]:
        """What makes its figures doubtful; looked at once for a run that is over."""
        if not run.state.over:
            return ()
        known = self._doubts.get(run.id)
        if known is None or not _as_before(run, known[0]):
            known = self._doubts[run.id] = (run, doubts(run))
        return known[1]

    def unsaved(self, run: Run) -> bool:
        """Whether it is over and not wholly on disk."""
        return any(unsaved.id == run.id for unsaved in self._session.unsaved)

    def device(self, run: Run) -> str:
        """``cpu``, ``gpu:0`` or ``emulated 20 ms``, and what else is emulated."""
        return device_in_words(run.plan.device, run.emulations)

    def emulated_beside_device(self, run: Run) -> tuple[str, ...]:
        """What else is emulated (storage, ...), in words."""
        return _beside_device(run.emulations)

    def _find_changes(self, run: Run, against: Run | None) -> tuple[_Change, ...]:
        defaults = self._defaults_of(run)
        if defaults is None:
            reference: dict[str, Value] = dict(against.plan.settings) if against else {}
        else:
            reference = {**defaults, **(against.plan.settings if against else {})}
        # A knob that is newer than the run had its default then.
        values = {**(defaults or {}), **run.plan.settings}
        changed = [key for key in values if key != _DEVICE and reference.get(key) != values[key]]
        # The pipeline is what it is about: how long the training was comes last.
        changed.sort(key=lambda key: key.startswith("fit."))
        return tuple(
            _Change(key, _short(defaults, key), self._format(defaults, key, values[key]))
            for key in changed
        )

    def _format(self, defaults: Settings | None, key: str, value: Value) -> str:
        if defaults is None or key not in defaults:
            return str(value)
        return defaults.chain.knob(key).kind.format(value)

    def _defaults_of(self, run: Run) -> Settings | None:
        """Defaults of the run's workload; None where that does not exist any more."""
        name = run.plan.workload
        if name not in self._defaults:
            try:
                self._defaults[name] = self._session.settings_of(run)[1].chain.defaults()
            except InputError:
                # Only this run may be beyond reading: the next of its workload is tried again.
                return None
        return self._defaults[name]


def _beside_device(emulations: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for text in emulations if not text.startswith(ACCELERATOR))


def _as_before(run: Run, known: Run) -> bool:
    """Whether nothing that figures depend on can have changed since."""
    return known.state.over and known.ceilings == run.ceilings


def _short(defaults: Settings | None, key: str) -> str:
    """What tables call a knob; its full id where the workload does not exist any more."""
    if defaults is None or key not in defaults:
        return key
    return knob_name(key, defaults.chain.knob(key))
