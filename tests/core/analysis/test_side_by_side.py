"""Runs laid side by side: what differs, by how much, and what is doubtful about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.comparisons.difference import ONE_RUN_EACH, OTHER_WORKLOAD
from core.analysis.comparisons.same_training import loss_note
from core.analysis.side_by_side.runs import ABSENT, side_by_side
from core.model.kinds import Value
from core.model.measured.fingerprint import Fingerprint
from core.model.measured.samples import Samples
from core.model.run import Label, Run, RunState
from core.workloads.catalogue import workload
from tests.builders import even_samples, run_of


def some_run(number: int, *, wait_s: float = 0.03, steps: int = 100, **values: Value) -> Run:
    """A run with enough steps to raise no doubt; knobs with ``__`` for the dot."""
    knobs = {key.replace("__", "."): value for key, value in values.items()}
    return run_of(even_samples(steps, wait_s=wait_s), number=number, values=knobs)


def notes_of(run: Run, baseline: Run | None = None) -> str:
    return "\n".join(side_by_side((run,), baseline or some_run(1)).notes)


def test_the_baseline_comes_first_whether_it_was_named_or_not() -> None:
    one, two, three = (some_run(number) for number in (1, 2, 3))
    assert side_by_side((one, two, three), two).runs == (two, one, three)
    assert side_by_side((one, three), two).runs == (two, one, three)


def test_settings_that_differ_come_first_and_show_their_units() -> None:
    found = side_by_side((some_run(2, prefetch__buffer_size=2),), some_run(1))
    assert (found.settings[0].key, found.settings[0].values) == (
        "prefetch.buffer_size",
        ("off", "2 batches"),
    )
    assert [row.differs for row in found.settings].count(True) == 1
    assert "batch.batch_size" in {row.key for row in found.settings}


def test_a_knob_that_a_pipeline_lacks_is_said_to_be_lacking() -> None:
    other = run_of(even_samples(100), number=2, workload="augmented")
    rows = {row.key: row for row in side_by_side((other,), some_run(1)).settings}
    assert rows["map.enabled"].values == (ABSENT, "on")


def test_settings_of_a_workload_that_is_gone_are_shown_as_they_were_kept() -> None:
    gone = run_of(even_samples(100), number=2, workload="gone", values={"old.knob": 7})
    rows = {row.key: row for row in side_by_side((gone,), some_run(1)).settings}
    assert rows["old.knob"].values == (ABSENT, "7")


def test_figures_stand_beside_their_difference_to_the_baseline() -> None:
    found = side_by_side((some_run(2, wait_s=0.005),), some_run(1))
    throughput = found.metrics[0]
    assert throughput.label == "throughput (examples/s)"
    assert throughput.cells[0].difference is None
    assert throughput.cells[1].text().endswith("% faster)")
    idle = next(row for row in found.metrics if row.metric.key == "device_idle_percent")
    assert idle.cells[1].text().endswith("points less)")


def test_runs_of_other_workloads_get_no_difference() -> None:
    other = run_of(even_samples(100), number=2, workload="augmented")
    found = side_by_side((other,), some_run(1))
    assert found.metrics[0].cells[1].difference is None
    assert OTHER_WORKLOAD in found.metrics[0].cells[1].text()
    assert "run 2 against run 1: another workload" in "\n".join(found.notes)


def test_what_was_not_measured_stays_so() -> None:
    empty = replace(run_of(Samples.empty(), number=2), epoch_losses=())
    cell = side_by_side((empty,), some_run(1)).metrics[0].cells[1]
    assert cell.text() == "not measured"
    assert cell.quantity.reason


def test_it_is_always_said_that_one_run_each_proves_little() -> None:
    same = side_by_side((some_run(2),), some_run(1))
    assert same.notes == (ONE_RUN_EACH,)
    assert "40 %" in ONE_RUN_EACH


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"fit.seed": 2}, "another seed"),
        ({"fit.epochs": 5}, "another number of epochs"),
        ({"fit.steps_per_epoch": 50}, "other steps per epoch"),
        ({"batch.batch_size": 64}, "another batch size"),
        ({"batch.drop_remainder": True}, "drop_remainder"),
        ({"shuffle.buffer_size": 1024}, "another shuffle"),
        ({"options.deterministic": False}, "deterministic"),
        ({"fit.mixed_precision": "mixed_bfloat16"}, "another precision"),
        ({"fit.jit_compile": "on"}, "another jit_compile: hardly another training"),
        ({"fit.device": "emulated:20"}, "another device (emulated:20 instead of cpu)"),
    ],
)
def test_what_changes_the_training_is_said(values: dict[str, Value], word: str) -> None:
    other = run_of(even_samples(100), number=2, values=values)
    assert f"run 2 against run 1: {word}" in notes_of(other)


def test_settings_of_a_stage_that_is_off_change_nothing() -> None:
    other = some_run(2, options__enabled=False, options__deterministic=False)
    assert notes_of(other) == ONE_RUN_EACH


def of_workload(name: str, number: int, *assignments: str) -> Run:
    settings = workload(name).chain.defaults().with_assignments(assignments)
    return run_of(even_samples(100), number=number, workload=name, values=dict(settings))


def test_steps_an_execution_change_the_training_only_where_they_round_an_epoch_up() -> None:
    plain = of_workload("in_memory", 1, "fit.steps_per_epoch=12")
    even = of_workload("in_memory", 2, "fit.steps_per_epoch=12", "fit.steps_per_execution=4")
    rounded = of_workload("in_memory", 3, "fit.steps_per_epoch=12", "fit.steps_per_execution=5")
    assert notes_of(even, plain) == ONE_RUN_EACH
    assert "run 3 against run 1: other steps per epoch" in notes_of(rounded, plain)
    whole = (of_workload("in_memory", 4), of_workload("in_memory", 5, "fit.steps_per_execution=5"))
    assert notes_of(*whole) == ONE_RUN_EACH


@pytest.mark.parametrize(
    ("name", "both", "one", "words"),
    [
        ("augmented", "", "map.vectorized=on", ()),
        ("augmented", "shuffle.buffer_size=64", "map.vectorized=on", ("drawn behind the shuffle",)),
        ("npz_shards", "shuffle.buffer_size=64", "map.vectorized=on", ()),
        (
            "npz_shards",
            "shuffle.buffer_size=64 cache.where=memory",
            "map.vectorized=on",
            ("a cache behind the shuffle",),
        ),
        ("augmented", "", "map.place=model", ("by the model in the other",)),
        ("augmented", "map.enabled=off", "map.place=model", ()),
        (
            "augmented",
            "map.place=model",
            "cache.where=memory",
            (),
        ),
        ("npz_shards", "", "interleave.cycle_length=8", ("another interleave",)),
    ],
)
def test_where_and_on_what_a_map_works_is_said_where_it_changes_the_training(
    name: str, both: str, one: str, words: tuple[str, ...]
) -> None:
    plain = of_workload(name, 1, *both.split())
    notes = side_by_side((of_workload(name, 2, *both.split(), one),), plain).notes
    said = notes[1:]
    assert len(said) == len(words)
    for note, word in zip(said, words, strict=True):
        assert word in note
        assert note.startswith("run 2 against run 1: ")


def test_order_that_is_lost_in_all_of_them_is_said_once() -> None:
    one, two = (some_run(number, options__deterministic=False) for number in (1, 2))
    assert "deterministic is off in run 1 and run 2" in notes_of(two, one)


def test_a_cache_behind_a_map_is_said_and_one_before_it_is_not() -> None:
    def augmented(number: int, **values: Value) -> Run:
        return replace(
            run_of(even_samples(100), number=number, workload="augmented"),
            plan=run_of(
                number=number,
                workload="augmented",
                values={key.replace("__", "."): value for key, value in values.items()},
            ).plan,
        )

    plain = augmented(1)
    behind = augmented(2, cache__where="memory")
    before = augmented(3, cache__where="memory", cache__position="before_map")
    assert "a cache behind the map" in notes_of(behind, plain)
    assert notes_of(before, plain) == ONE_RUN_EACH
    assert "the map is on in one" in notes_of(augmented(4, map__enabled=False), plain)


def test_another_number_of_examples_in_an_epoch_is_said() -> None:
    short = run_of(even_samples(100, batch=16), number=2)
    assert "An epoch delivered 1600 examples in run 1 but 800 in run 2" in notes_of(
        short, run_of(even_samples(100), number=1)
    )


def test_unlike_environments_name_what_differs() -> None:
    other = replace(some_run(2), environment={"python": "3.12.0", "cores": 2, "gpus": "none"})
    found = notes_of(other)
    assert "python (3.12.0 instead of 3.11.7)" in found
    assert "gpus (none instead of unknown)" in found
    assert "cores" not in found


def test_storage_that_is_emulated_in_one_of_them_is_said() -> None:
    other = run_of(even_samples(100), number=2, emulations=("emulated storage 30 ms",))
    assert "emulated besides the device differs: emulated storage 30 ms in " in notes_of(other)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RunState.FAILED, "run 2 failed before its end"),
        (RunState.STOPPED, "run 2 was stopped before its end"),
        (RunState.INTERRUPTED, "run 2 was interrupted before its end"),
        (RunState.RUNNING, "run 2 is still under way"),
    ],
)
def test_a_run_that_did_not_come_to_its_end_is_said(state: RunState, words: str) -> None:
    assert words in notes_of(replace(some_run(2), state=state))


def test_too_few_steady_steps_are_said() -> None:
    assert "Few steady steps in run 2 (10;" in notes_of(some_run(2, steps=20))


def test_many_runs_are_named_by_a_few() -> None:
    others = [
        replace(some_run(number, fit__seed=9), label=Label(name=f"seed {number}"))
        for number in range(2, 8)
    ]
    found = "\n".join(side_by_side(others, some_run(1)).notes)
    assert "seed 2, seed 3 and 4 more against run 1: another seed" in found


def test_sources_that_deliver_other_data_are_told_of() -> None:
    first, same, other, unknown = (run_of(number=number) for number in (1, 2, 3, 4))
    data = Fingerprint(((1, "aa"), (2, "bb")), whole=True)
    first, same = replace(first, fingerprint=data), replace(same, fingerprint=data)
    other = replace(other, fingerprint=Fingerprint(((1, "aa"), (2, "cc")), whole=True))
    notes = side_by_side((same, other, unknown), first).notes
    assert (
        "The source of run 3 delivers other data than that of run 1: fingerprints of all 2 "
        "examples differ." in notes
    )
    assert not any("run 2" in note and "data" in note for note in notes)


def test_a_loss_note_says_why_curves_do_not_compare_and_is_empty_where_they_do() -> None:
    plain = some_run(1)
    assert loss_note((plain, some_run(2, prefetch__buffer_size=2))) == ""
    assert loss_note((plain,)) == ""
    said = loss_note((plain, some_run(2, batch__batch_size=64)))
    assert said.startswith("Loss curves do not compare one to one: run 2 against run 1: another")
    other = run_of(even_samples(100), number=2, workload="augmented")
    assert "run 2 against run 1: another workload." in loss_note((plain, other))


def test_what_differs_of_the_environment_comes_first() -> None:
    other = replace(some_run(2), environment={"python": "3.11.7", "cores": 8})
    found = side_by_side((other,), some_run(1)).environment
    assert [(row.label, row.differs) for row in found] == [
        ("cores", True),
        ("device", False),
        ("Python", False),
    ]
