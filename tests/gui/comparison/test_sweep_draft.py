"""What a sweep comes to before it is begun, and what stands in its way."""

from __future__ import annotations

import pytest

from core.analysis.sweeps.time_needed import Durations, TimeNeeded
from core.model.experiment import SweptKnob
from core.model.kinds import Value
from core.model.plan import PROCESS, WINDOW
from core.model.turn import ExperimentKind
from core.workloads.catalogue import WORKLOADS, workload
from gui.comparison.sweep_draft import MOST_CONFIGURATIONS, SweepDraft, values_to_try
from tests.builders import run_of

OF = workload("augmented")
BASE = OF.chain.defaults().with_values({"batch.batch_size": 16})
PREFETCH, CALLS = "prefetch.buffer_size", "map.num_parallel_calls"
UNKNOWN = TimeNeeded(None)


def sweep(texts: dict[str, str], **changes: object) -> SweepDraft:
    return SweepDraft("augmented", BASE, texts, **changes)  # type: ignore[arg-type]


def test_what_is_not_varied_is_as_on_the_left() -> None:
    draft = sweep({PREFETCH: "off,1..4*2", CALLS: "off,2"}, repeats=3)
    experiment = draft.experiment()
    assert experiment.kind is ExperimentKind.SWEEP
    assert experiment.axes == (SweptKnob(PREFETCH, ("off", 1, 2, 4)), SweptKnob(CALLS, ("off", 2)))
    assert len(experiment.configurations) == 8
    assert {configuration["batch.batch_size"] for configuration in experiment.configurations} == {
        16
    }
    assert (experiment.repeats, experiment.design) == (3, "grid")


@pytest.mark.parametrize(
    ("design", "count"), [("grid", 12), ("one-at-a-time", 1 + 3 + 2), ("random:5", 5)]
)
def test_designs_differ_in_how_many_there_are(design: str, count: int) -> None:
    draft = sweep({PREFETCH: "off,1,2,4", CALLS: "off,2,4"}, design=design)
    assert draft.count == len(draft.configurations) == count
    assert draft.amount(UNKNOWN).startswith(f"{count} configurations, {2 * count} runs, ")


def test_time_is_estimated_from_runs_before() -> None:
    durations = Durations([run_of(workload="augmented", values=dict(BASE))])
    draft = sweep({PREFETCH: "off,2"})
    assert draft.amount(draft.needed(durations, "")) == "2 configurations, 4 runs, about 13 s"
    assert "not known yet" in draft.amount(draft.needed(Durations([]), ""))


def test_a_sweep_is_isolated_unless_asked_for_otherwise() -> None:
    assert sweep({PREFETCH: "off,2"}).experiment().engine == PROCESS
    within = sweep({PREFETCH: "off,2"}, engine=WINDOW)
    assert within.experiment().engine == WINDOW
    assert any("share one TensorFlow" in note for note in within.notes(UNKNOWN))
    threads = {"process.intra_op_threads": "1,2"}
    assert sweep(threads).obstacle() == ""
    assert "choose isolated" in sweep(threads, engine=WINDOW).obstacle()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("off,x", "cannot be 'x': takes off, autotune or a whole number"),
        ("4..1", "takes a range from low to high"),
        ("", "takes off, autotune"),
        ("  ", "takes off, autotune"),
        ("0", "cannot be '0'"),
    ],
)
def test_values_that_cannot_be_read_are_told_beside_their_knob(text: str, error: str) -> None:
    draft = sweep({PREFETCH: text, CALLS: "off,2"})
    assert error in draft.errors[PREFETCH]
    assert CALLS not in draft.errors
    assert "prefetch: " in draft.obstacle()
    assert draft.configurations == ()
    assert draft.notes(UNKNOWN) == ()


def test_a_knob_that_suggests_nothing_has_no_sensible_values() -> None:
    assert "takes" in sweep({"fit.seed": "sensible"}).errors["fit.seed"]


def test_nothing_ticked_stands_in_the_way() -> None:
    assert sweep({}).obstacle() == "Tick at least one knob."


def test_a_grid_of_millions_is_refused_without_being_made_and_drawn_from_all_the_same() -> None:
    texts = {"fit.seed": "1..200", "fit.epochs": "1..200", "batch.batch_size": "1..200"}
    assert "8,000,000 configurations are too many" in sweep(texts).obstacle()
    assert len(sweep(texts, design="random:20").configurations) == 20
    assert sweep(texts, design="one-at-a-time").count <= MOST_CONFIGURATIONS


def test_many_runs_or_hours_are_pointed_out() -> None:
    many = sweep({PREFETCH: "1..60"})
    assert "That is much: 120 runs" in many.notes(UNKNOWN)[0]
    few = sweep({PREFETCH: "1..4"})
    assert few.notes(UNKNOWN) == ()
    assert "That is much" in few.notes(TimeNeeded(7200.0))[0]


def test_one_repeat_is_said_to_prove_nothing() -> None:
    assert "noise" in sweep({PREFETCH: "off,2"}, repeats=1).notes(UNKNOWN)[0]


def test_a_knob_that_changes_the_training_is_pointed_out() -> None:
    (note,) = sweep({"batch.batch_size": "16,32"}).notes(UNKNOWN)
    assert note.startswith("batch changes the training")


def test_a_knob_of_a_stage_that_is_off_is_said_to_change_nothing() -> None:
    (note,) = sweep({"cache.position": "sensible"}).notes(UNKNOWN)
    assert note == "cache is off in all 2 configurations: cache position changes nothing there."
    both = sweep({"cache.position": "sensible", "cache.where": "off,memory"})
    assert any("off in 2 of 4" in note for note in both.notes(UNKNOWN))


def test_configurations_that_cannot_be_run_are_counted() -> None:
    def wrong(settings: object) -> str:
        return "No folder." if settings[PREFETCH] == 2 else ""  # type: ignore[index]

    (note,) = sweep({PREFETCH: "off,2,4"}, cannot_run=wrong).notes(UNKNOWN)
    assert note == "1 of 3 configurations cannot be run: No folder."


def test_the_first_few_are_shown() -> None:
    assert sweep({PREFETCH: "off,2"}).preview() == (
        "#1  prefetch=off",
        "#2  prefetch=2 batches",
    )
    assert sweep({PREFETCH: "1..9"}).preview()[-1] == "and 5 more"


def test_a_name_follows_from_the_knobs() -> None:
    named = sweep({PREFETCH: "off,2", CALLS: "2,4"}).experiment()
    assert named.name == "prefetch × map parallel calls"


@pytest.mark.parametrize("of", WORKLOADS, ids=lambda one: one.id)
def test_every_knob_comes_with_values_that_it_takes(of: object) -> None:
    chain = of.chain  # type: ignore[attr-defined]
    base = chain.defaults()
    for key, knob in chain.knobs.items():
        text = values_to_try(knob, base[key])
        # No folder is chosen yet, so there is none to try.
        if text:
            draft = SweepDraft(of.id, base, {key: text})  # type: ignore[attr-defined]
            assert draft.errors == {}, key


def test_a_gpu_is_tried_only_where_it_is_asked_for() -> None:
    device = OF.chain.knob("fit.device")

    def tried(value: Value) -> str:
        return values_to_try(device, value)

    assert "gpu" not in tried("cpu")
    assert "gpu:0" in tried("gpu:0")
    (note,) = sweep({"fit.device": "cpu,gpu:0"}).notes(UNKNOWN)
    assert "gpu:0 fail where TensorFlow does not see it" in note
