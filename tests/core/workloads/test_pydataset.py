"""Pictures that a PyDataset makes: the same ones whoever makes them, and nobody left afterwards."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core.lazy import keras, tf
from core.pipeline.workers.py_dataset import as_dataset, for_fit, one_by_one
from core.pipeline.workers.py_dataset_workers import break_off, ended_workers, worker_pids
from tests.core.workloads.conftest import BY_ID, Bench, same

PROCESSES = ("pydataset.workers=2", "pydataset.use_multiprocessing=on")
on_forks = pytest.mark.skipif(
    multiprocessing.get_all_start_methods()[0] != "fork", reason="workers are copies on Linux"
)


@pytest.mark.parametrize(
    "workers", [("pydataset.workers=3",), pytest.param(PROCESSES, marks=on_forks)]
)
def test_the_pictures_do_not_depend_on_who_makes_them(
    bench: Bench, workers: tuple[str, ...]
) -> None:
    alone = bench.elements("pydataset")
    with BY_ID["pydataset"].running():
        assert same(bench.elements("pydataset", *workers), alone)
    assert not multiprocessing.active_children()


def test_fit_is_given_the_dataset_itself_and_knows_its_length(bench: Bench) -> None:
    dataset = bench.dataset("pydataset")
    assert isinstance(for_fit(dataset), keras.utils.PyDataset)
    assert for_fit(dataset).num_batches == 5
    assert for_fit(bench.dataset("pydataset", "fit.steps_per_epoch=3")).num_batches is None


def test_another_epoch_has_other_random_numbers(bench: Bench) -> None:
    pictures = for_fit(bench.dataset("pydataset"))
    first = pictures[0][0]
    assert np.array_equal(pictures[0][0], first)
    pictures.on_epoch_end()
    assert not np.array_equal(pictures[0][0], first)
    again = pickle.loads(pickle.dumps(pictures))
    assert np.array_equal(again[0][0], pictures[0][0])


def test_one_by_one_asks_no_worker(bench: Bench) -> None:
    before = set(threading.enumerate())
    dataset = one_by_one(bench.dataset("pydataset", "pydataset.workers=4"))
    assert next(iter(dataset))[0].shape == (8, 16, 16, 3)
    assert set(threading.enumerate()) == before
    plain = tf.data.Dataset.range(1)
    assert one_by_one(plain) is plain


@on_forks
def test_workers_end_although_nobody_takes_the_rest(bench: Bench) -> None:
    settings = ("pydataset.max_queue_size=1", *PROCESSES)
    with BY_ID["pydataset"].running():
        next(iter(bench.dataset("pydataset", *settings)))
        workers = {worker.pid for worker in multiprocessing.active_children()}
        assert len(workers) == 2
        assert set(worker_pids()) == workers
    assert not multiprocessing.active_children()
    assert worker_pids() == ()


def _made(get: Callable[[int], Any], **how: Any) -> Any:
    class Made(keras.utils.PyDataset):
        def __len__(self) -> int:
            return 20

        def __getitem__(self, index: int) -> Any:
            return get(index)

    return as_dataset(Made(**how))


@on_forks
def test_a_worker_that_dies_is_told() -> None:
    main = os.getpid()

    def get(index: int) -> Any:
        if index == 5 and os.getpid() != main:
            os.kill(os.getpid(), signal.SIGKILL)
        return np.zeros((2, 3))

    told = r"worker process of Made died \(killed by signal 9\)"
    with ended_workers():
        dataset = _made(get, workers=2, use_multiprocessing=True)
        with pytest.raises(tf.errors.OpError, match=told):
            list(dataset)
    assert not multiprocessing.active_children()


def test_whoever_waits_for_a_worker_is_told_when_they_are_ended() -> None:
    asked, over = threading.Event(), threading.Event()

    def get(index: int) -> Any:
        if index == 3:
            asked.set()
            over.wait(60)
        return np.zeros((2, 3))

    problem: list[Exception] = []

    def take(dataset: Any) -> None:
        try:
            list(dataset)
        except Exception as error:
            problem.append(error)

    with ended_workers():
        taker = threading.Thread(target=take, args=(_made(get, workers=2),))
        taker.start()
        assert asked.wait(60)
        over_soon = threading.Thread(target=break_off)
        over_soon.start()
        taker.join(60)
        over.set()
        over_soon.join(60)
    assert "workers of Made were stopped" in str(problem[0])
