"""Time around the pipeline of a training: validation, callbacks, and calls of fit in a loop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.diagnosis.around import Around, LoopTime, Validation, suggestions_around
from core.diagnosis.callbacks import CallbackTime
from core.diagnosis.search import Search
from core.model.diagnosis import Answer, DiagnosisOptions, Limit, NarrowPlace, Suggestion
from core.model.recorded_call import FunctionSeen, Site
from core.model.settings import Settings
from core.model.user_code import CodeKind, Opened, Trained, UserCode
from tests.core.diagnosis.simulated import CORES, Clock, SimulatedBench, diagnosed, settings

SLOW = Validation(Site("/home/me/train.py", 30), 3.0, True, 10, 5e6, cached=False)
FAST = SimulatedBench(map_s=1e-6, steps=200)
"""An epoch of about a second, in which nothing is waited for."""
MASK = FunctionSeen("Mask.on_train_batch_end", "/home/me/masks.py", 35)


def validated(validation: Validation, bench: SimulatedBench = FAST) -> Answer:
    return diagnosed(replace(bench, validated=validation), settings(prefetch__buffer_size=2))


def test_a_validation_that_takes_most_of_the_time_is_the_limit_with_its_line() -> None:
    answer = validated(SLOW)
    assert answer.limit is Limit.TURNAROUND
    assert answer.headline[0].startswith("Limit: validation (train.py:30), 7")
    assert answer.narrow_place == NarrowPlace("validation_data", "/home/me/train.py", 30)
    (told,) = answer.only_you_can
    assert (told.title, told.place) == ("cache() at the end of the validation data", "train.py:30")
    assert told.gain == pytest.approx((1.0 + 3.0) / 1.0, rel=0.1)
    assert told.title in answer.headline[-1]


def test_beside_a_slow_pipeline_both_are_told_and_settings_are_looked_for() -> None:
    slow = SimulatedBench(map_s=1e-3, steps=200)
    answer = validated(replace(SLOW, read_s=1.0), slow)
    assert answer.limit is Limit.CORES or answer.limit is Limit.SEQUENTIAL
    assert answer.changes
    again = diagnosed(replace(slow, validated=replace(SLOW, read_s=60.0)), settings())
    assert again.limit is Limit.TURNAROUND
    assert again.changes


def test_a_loop_around_fit_that_takes_most_of_the_time_is_the_limit_with_its_line() -> None:
    site = Site("/home/me/train.py", 45)
    bench = replace(FAST, looped=LoopTime(site, 3.0))
    answer = diagnosed(bench, settings(prefetch__buffer_size=2, fit__epochs=1))
    assert answer.limit is Limit.HOST
    assert answer.narrow_place == NarrowPlace("loop", site.file, site.line)
    assert answer.headline[0].startswith("Limit: the loop around fit (train.py:45), 7")
    told = around(Trained(loop_line=45), Around(loop=LoopTime(site, 3.0, 1.0)))
    assert told.gain == pytest.approx(4.0)
    assert "what the loop does between its calls, 3 s" in told.why


@pytest.mark.parametrize(
    "validation",
    [
        pytest.param(replace(SLOW, read_s=0.02), id="little beside an epoch"),
        pytest.param(replace(SLOW, read_s=0.3, batches=100), id="the model takes as long for it"),
    ],
)
def test_a_validation_that_is_not_waited_for_is_not_told(validation: Validation) -> None:
    answer = validated(validation)
    assert answer.limit is Limit.ACCELERATOR
    assert answer.only_you_can == ()


def test_more_batches_of_validation_than_of_training_are_told() -> None:
    answer = validated(replace(SLOW, read_s=0.01, batches=201))
    (told,) = answer.only_you_can
    fewer = "Validate on fewer or larger batches"
    assert told.title == f"{fewer}: 201 are evaluated after 200 of training"
    assert answer.headline[-1].endswith(f"gain not measured: {told.title} (train.py:30).")
    assert validated(replace(SLOW, read_s=0.01, batches=200)).only_you_can == ()


def test_many_small_batches_of_validation_are_the_limit_with_what_they_take() -> None:
    answer = validated(replace(SLOW, read_s=0.1, batches=2400, batch_s=1e-3))
    assert answer.limit is Limit.HOST
    assert answer.narrow_place == NarrowPlace("validation_data", "/home/me/train.py", 30)
    assert "Evaluating 2400 batches takes 2.4 s, after 1 s of training" in answer.headline[0]
    (told,) = answer.only_you_can
    assert told.title.startswith("Validate on fewer or larger batches: 2400 are evaluated")
    assert told.gain == pytest.approx(3.35, rel=0.05)


def test_where_the_validation_data_are_cached_fewer_of_them_help() -> None:
    (told,) = validated(replace(SLOW, cached=True)).only_you_can
    assert told.title.startswith("Validate on fewer batches")


def test_what_did_not_come_to_its_end_is_told_as_more_than_that() -> None:
    assert "more than 3 s" in validated(replace(SLOW, whole=False)).headline[0]


def with_callback(bench: SimulatedBench, trained: Trained | None = None) -> Answer:
    """The answer about a script with a callback that works for every batch."""
    search = Search(
        bench,
        settings(prefetch__buffer_size=2),
        DiagnosisOptions(),
        cores=CORES,
        ram_bytes=1e9,
        tell=lambda answer: None,
        clock=Clock(),
    )
    search.state.code = UserCode(
        CodeKind.SCRIPT,
        "/home/me/train.py",
        Opened((), "", True, True, ""),
        trained=trained or Trained(batch_hooks=(MASK,)),
    )
    return search.carry_out()


@pytest.mark.parametrize(
    ("host_s", "validated", "last"),
    [
        (1e-4, None, "In the code, gain not measured: Mask.on_train_batch_end runs"),
        (6e-4, None, "In the code, gain not measured: Mask.on_train_batch_end runs"),
        (6e-4, SLOW, "In the code: cache() at the end of the validation data"),
    ],
)
def test_where_the_pipeline_is_no_limit_the_headline_names_what_was_not_measured(
    host_s: float, validated: Validation | None, last: str
) -> None:
    answer = with_callback(replace(FAST, host_s=host_s, validated=validated))
    assert last in answer.headline[-1]


def test_a_callback_that_takes_most_of_the_time_is_the_limit_with_its_line() -> None:
    answer = with_callback(replace(FAST, called=(CallbackTime(MASK, 0.015),)))
    assert answer.limit is Limit.HOST
    assert answer.narrow_stage == ""
    assert answer.narrow_place == NarrowPlace("callbacks", "/home/me/masks.py", 35)
    first = answer.headline[0]
    assert first.startswith("Limit: callbacks (masks.py:35), 75 % of the time: Mask.on_train")
    assert "takes 15.0 ms for each batch" in first
    (told,) = (each for each in answer.only_you_can if each.line == 35)
    assert told.gain == pytest.approx(4.0, rel=0.05)
    assert told.title in answer.headline[-1]


def test_a_callback_that_takes_long_after_each_epoch_is_the_limit_too() -> None:
    hook = FunctionSeen("Score.on_epoch_end", "/home/me/scores.py", 12)
    called = (CallbackTime(hook, 0.0, epoch_s=4.0),)
    answer = with_callback(replace(FAST, steps=100, called=called))
    assert answer.narrow_place == NarrowPlace("callbacks", "/home/me/scores.py", 12)
    assert "Score.on_epoch_end takes 4.00 s for each epoch" in answer.headline[0]
    told = [each for each in answer.only_you_can if each.line == 12]
    assert [each.title for each in told] == [
        "Score.on_epoch_end: call it every few epochs, or do less in it"
    ]


def test_what_was_not_measured_is_in_the_headline_also_where_changes_were_tried() -> None:
    class NotByThem(SimulatedBench):
        def throughput(self, settings: Settings) -> tuple[float, float]:
            return super().throughput(settings.with_values({"fit.steps_per_execution": 1}))

    answer = with_callback(NotByThem(map_s=1e-5, host_s=2e-3))
    assert answer.tried
    assert answer.headline[-1].startswith(
        "In the code, gain not measured: Mask.on_train_batch_end runs"
    )


def test_where_keras_limits_the_call_of_fit_is_the_place() -> None:
    site = Site("/home/me/train.py", 42, 0, 42, 40, "main")
    answer = with_callback(replace(FAST, host_s=6e-3), Trained(site=site))
    assert answer.limit is Limit.HOST
    assert answer.narrow_place == NarrowPlace("fit", "/home/me/train.py", 42)


def test_a_callback_that_takes_little_is_not_told() -> None:
    answer = with_callback(replace(FAST, called=(CallbackTime(MASK, 1e-5),)))
    assert answer.limit is Limit.ACCELERATOR
    assert answer.only_you_can == ()
    assert answer.headline[-1] == "Nothing to gain."


def around(trained: Trained, measured: Around | None = None) -> Suggestion:
    code = UserCode(CodeKind.SCRIPT, "/home/me/train.py", Opened((), "", True, True, ""))
    (told,) = suggestions_around(None, measured or Around(), replace(code, trained=trained))
    return told


@pytest.mark.parametrize(("makes_anew", "title"), [(True, "One dataset"), (False, "One call")])
def test_calls_of_fit_in_a_loop_are_told_with_its_line(makes_anew: bool, title: str) -> None:
    told = around(Trained(loop_line=12, makes_anew=makes_anew))
    assert told.title.startswith(title)
    assert (told.file, told.line) == ("/home/me/train.py", 12)


def test_a_callback_that_works_for_every_batch_is_told_with_its_line() -> None:
    told = around(Trained(batch_hooks=(MASK,)))
    assert told.title.startswith("Mask.on_train_batch_end runs for every batch")
    assert told.place == "masks.py:35"


def test_a_model_that_runs_eagerly_is_told_with_its_line() -> None:
    told = around(Trained(run_eagerly=True, eager_line=9))
    assert (told.title, told.place) == ("Train without run_eagerly=True", "train.py:9")


def test_a_model_that_is_compiled_in_the_loop_is_told_with_its_line() -> None:
    told = around(Trained(loop_line=12, makes_anew=True, compile_line=14))
    assert told.title.startswith("compile() in front of the loop (line 12)")
    assert told.line == 14
