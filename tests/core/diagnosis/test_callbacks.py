"""What callbacks take between batches and epochs, done by themselves for a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.diagnosis.callbacks import CallbackTime, timed
from core.model.recorded_call import FunctionSeen
from core.workloads.batch_work import BatchWork

HOOK = FunctionSeen("Mask.on_train_batch_end", "/home/me/masks.py", 35)


def test_the_work_for_a_batch_is_done_for_one_batch_after_the_other() -> None:
    done: list[int] = []
    found = timed(BatchWork(HOOK, done.clear, done.append), 0.01, lambda: False)
    assert found is not None
    assert done == list(range(len(done)))
    assert len(done) > 3


def test_what_is_done_every_few_batches_takes_its_share_of_each() -> None:
    work = BatchWork(HOOK, lambda: None, lambda batch: sum(range(100_000)))
    each, rare = (timed(replace(work, every=every), 0.05, lambda: False) for every in (1, 1000))
    assert each is not None
    assert rare is not None
    assert rare.batch_s < each.batch_s / 100


def test_what_is_done_once_an_epoch_is_told_by_the_epoch() -> None:
    found = timed(BatchWork(HOOK, lambda: None, lambda epoch: None, 0), 0.01, lambda: False)
    assert found is not None
    assert (found.batch_s, found.epoch_s > 0.0) == (0.0, True)
    assert CallbackTime(HOOK, 0.002, 0.008, 0.2).words.endswith("takes 0.200 s for each epoch")


@pytest.mark.parametrize(
    ("took_us", "longer", "batch_s"),
    [
        # 2,000 times, until 3 s are over.
        pytest.param(lambda time: time, True, 1e-3, id="a list that grows"),
        pytest.param(lambda time: 1_000, False, 1e-3, id="the same each time"),
        pytest.param(lambda time: 500 if time < 300 else 2_000, False, 8e-4, id="all at once"),
    ],
)
def test_what_takes_longer_each_time_is_done_as_often_as_in_the_training(
    took_us: Callable[[int], int],
    longer: bool,
    batch_s: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]
    monkeypatch.setattr("core.diagnosis.callbacks.time.perf_counter", lambda: clock[0])

    def do(time: int) -> None:
        clock[0] += 1e-6 * took_us(time)

    found = timed(BatchWork(HOOK, lambda: None, do), 0.3, lambda: False, 2_000)
    assert found is not None
    assert found.longer is longer
    assert found.words.endswith("longer with each") is longer
    assert found.batch_s == pytest.approx(batch_s, rel=0.1)


def test_what_fails_outside_of_a_training_is_not_timed() -> None:
    assert timed(BatchWork(HOOK, lambda: None, [].__getitem__), 0.0, lambda: False) is None


def test_a_stop_ends_it() -> None:
    work = BatchWork(HOOK, lambda: None, lambda batch: None)
    assert timed(work, 60.0, lambda: True) is None


def test_what_a_callback_prints_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    timed(BatchWork(HOOK, lambda: None, print), 0.0, lambda: False)
    assert capsys.readouterr().out == ""


def test_its_share_and_the_gain_without_it_follow_from_the_step_beside_it() -> None:
    found = CallbackTime(HOOK, 0.015, step_s=0.005)
    assert found.percent == pytest.approx(75.0)
    assert found.gain == pytest.approx(4.0)
    assert CallbackTime(HOOK, 0.015).percent == 0.0
