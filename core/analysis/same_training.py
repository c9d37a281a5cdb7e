"""Whether runs train on the same examples: two settings are only comparable if they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.model.errors import InputError
from core.model.kinds import OFF, Value
from core.model.run import Run
from core.model.settings import Settings
from core.workloads.catalogue import workload


def settings_of(run: Run) -> Settings | None:
    """A run's settings, knobs that it did not have at their default.

    None where its workload, a knob or a value does not exist any more.
    """
    try:
        return workload(run.plan.workload).chain.defaults().with_values(run.plan.values)
    except InputError:
        return None


def listed(runs: Sequence[Run]) -> str:
    """Names of runs for a sentence: ``run 2``, ``run 2 and run 3``, ``run 2 and 7 more``."""
    names = [run.name for run in runs]
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


@dataclass(frozen=True)
class _Aspect:
    """One thing about the settings that changes the training, and what it changes."""

    read: Callable[[Settings], Value]
    effect: str


def _stage_value(kind: str, knob: str, when_off: Value) -> Callable[[Settings], Value]:
    """Reads a knob of each stage of a kind, as it takes effect: a stage that is off has none."""

    def read(settings: Settings) -> Value:
        values = [
            settings[stage.id(knob)] if stage.is_on(settings) else when_off
            for stage in settings.chain.stages
            if stage.kind == kind and stage.id(knob) in settings
        ]
        return ", ".join(map(str, values)) if len(values) > 1 else (values or [when_off])[0]

    return read


def _keeps_mapped(settings: Settings) -> Value:
    """Whether a cache keeps what a map made, so that later epochs see it again."""
    order = [stage for stage in settings.stages_in_order() if stage.is_on(settings)]
    kinds = [stage.kind for stage in order]
    if "map" not in kinds or "cache" not in kinds:
        return False
    return kinds.index("cache") > kinds.index("map")


_deterministic = _stage_value("options", "deterministic", True)

_ASPECTS: tuple[_Aspect, ...] = (
    _Aspect(
        _stage_value("batch", "batch_size", OFF),
        "another batch size: the training takes other steps, and each step does other work",
    ),
    _Aspect(
        _stage_value("batch", "drop_remainder", False),
        "drop_remainder differs: the last, unfilled batch is trained on in one and not the other",
    ),
    _Aspect(
        _stage_value("shuffle", "buffer_size", OFF),
        "another shuffle: the model sees the examples in another order",
    ),
    _Aspect(
        _deterministic,
        "deterministic differs: with it off, the order of the examples is another in every run",
    ),
    _Aspect(
        _stage_value("map", "enabled", False),
        "the map is on in one and off in the other: unless the reader does the same work, the "
        "model trains on something else",
    ),
    _Aspect(
        _keeps_mapped,
        "a cache behind the map in one and not the other: if the map is random, every epoch "
        "repeats the first one's choices",
    ),
    _Aspect(_stage_value("fit", "seed", 0), "another seed: other weights and another order"),
    _Aspect(
        _stage_value("fit", "epochs", 0),
        "another number of epochs: the final loss is not comparable",
    ),
    _Aspect(
        _stage_value("fit", "steps_per_epoch", ""),
        "other steps per epoch: an epoch is another number of examples",
    ),
)


def training_notes(others: Sequence[Run], baseline: Run) -> tuple[str, ...]:
    """What makes the training of some runs another than the baseline's, in sentences."""
    peers = [run for run in others if run.plan.workload == baseline.plan.workload]
    notes = []
    wanted = settings_of(baseline)
    settings = {run.id: settings_of(run) for run in peers}
    if wanted is not None:
        for aspect in _ASPECTS:
            unlike = [run for run in peers if _unlike(aspect, settings[run.id], wanted)]
            if unlike:
                notes.append(f"{listed(unlike)} against {baseline.name}: {aspect.effect}.")
    unordered = [
        run
        for run in (baseline, *peers)
        if (found := wanted if run is baseline else settings[run.id]) is not None
        and not _deterministic(found)
    ]
    if unordered and len(unordered) == len(peers) + 1:
        notes.append(
            f"deterministic is off in {listed(unordered)}: the order of the examples is another "
            "in every run."
        )
    return (*notes, *_data_notes(peers, baseline), *_example_notes(peers, baseline))


def examples_per_epoch(run: Run) -> int | None:
    """Examples that the first finished epoch delivered; None where none was finished."""
    starts = run.samples.epoch_starts
    if not run.epoch_losses or len(starts) == 0:
        return None
    stop = int(starts[1]) if len(starts) > 1 else run.samples.steps
    return int(run.samples.examples[int(starts[0]) : stop].sum())


def _unlike(aspect: _Aspect, settings: Settings | None, wanted: Settings) -> bool:
    return settings is not None and aspect.read(settings) != aspect.read(wanted)


def _data_notes(peers: Sequence[Run], baseline: Run) -> tuple[str, ...]:
    notes = []
    for run in peers:
        if run.fingerprint is None or baseline.fingerprint is None:
            continue
        how = run.fingerprint.differs_from(baseline.fingerprint)
        if how:
            notes.append(
                f"The source of {run.name} delivers other data than that of {baseline.name}: {how}."
            )
    return tuple(notes)


def _example_notes(peers: Sequence[Run], baseline: Run) -> tuple[str, ...]:
    counts: Mapping[str, int | None] = {r.id: examples_per_epoch(r) for r in (baseline, *peers)}
    expected = counts[baseline.id]
    unlike = [run for run in peers if counts[run.id] not in (None, expected)]
    if expected is None or not unlike:
        return ()
    found = ", ".join(f"{counts[run.id]} in {run.name}" for run in unlike[:3])
    return (
        f"An epoch delivered {expected} examples in {baseline.name} but {found}: they did not "
        "train on the same examples.",
    )
