"""Worker processes: what they give, how they end, and that none is left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from core.model.errors import Cancelled
from core.process_pool.items import generator_in_workers
from core.process_pool.pool import PoolClosedError, WorkerDiedError, WorkerPool
from core.process_pool.pooled_function import Repeats

ROOT = Path(__file__).parents[3]
GENERATOR = np.random.default_rng(3)


def called(function: Callable[..., Any], values: Sequence[Any]) -> list[Any]:
    """What it gives for each value, called by many threads at once as TensorFlow does."""
    with ThreadPoolExecutor(24) as threads:
        return list(threads.map(function, values))


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(2, seed=5)
    yield made
    processes = [psutil.Process(pid) for pid in made.pids() if psutil.pid_exists(pid)]
    made.close()
    assert not any(process.is_running() for process in processes)


def drawn(value: np.ndarray) -> float:
    return float(value) + GENERATOR.uniform() + np.random.rand()


def test_each_example_gets_its_own_answer(pool: WorkerPool) -> None:
    function = pool.function(lambda value: (value * 2, [str(value)]))
    given = called(function, [np.int64(number) for number in range(100)])
    assert [int(double) for double, _ in given] == list(range(0, 200, 2))
    assert [text[0] for _, text in given] == [str(number).encode() for number in range(100)]


def test_random_numbers_follow_from_the_example_for_any_number_of_workers() -> None:
    values = [np.float64(number % 10) for number in range(60)]
    sums = []
    for processes in (1, 2, 3):
        pool = WorkerPool(processes, seed=5)
        try:
            function = pool.function(drawn)
            first, second = (sorted(map(float, called(function, values))) for _ in range(2))
        finally:
            pool.close()
        assert len(set(first)) == len(values)
        assert not set(first) & set(second)
        sums.append((first, second))
    assert sums[0] == sums[1] == sums[2]


def test_counts_of_contents_stay_few_and_differ_in_each_epoch() -> None:
    random, repeats = Repeats(limit=10), Repeats(limit=10)
    assert {random.count(content) for content in range(10)} == {1}
    for content in range(1000):
        random.count(content)
        assert len(random) <= 20
    few = [[repeats.count(content) for content in range(9)] for _ in range(5)]
    assert few == [[epoch] * 9 for epoch in range(1, 6)]
    many = [[repeats.count(content) for content in range(100, 150)] for _ in range(5)]
    for counts in zip(*many, strict=True):
        assert len(set(counts)) == 5


def test_what_a_function_raises_is_raised_with_its_line(pool: WorkerPool) -> None:
    class OwnError(Exception):
        def __init__(self, one: int, other: int) -> None:
            super().__init__(one, other)

    def fails(value: int) -> int:
        if value == 1:
            raise OwnError(1, 2)
        if value == 2:
            raise KeyError("two")
        return value

    function = pool.function(fails)
    with pytest.raises(Exception, match=r"\(1, 2\)") as caught:
        function(np.int64(1))
    assert type(caught.value).__name__ == "OwnError"
    line = fails.__code__.co_firstlineno + 2
    assert f'File "{__file__}", line {line}, in fails' in caught.value.__notes__[0]
    with pytest.raises(KeyError, match=r"^'two'\n"):
        function(np.int64(2))
    assert function(np.int64(3)) == 3


def test_a_function_that_comes_later_is_sent_to_the_workers_that_there_are(
    pool: WorkerPool,
) -> None:
    assert pool.function(lambda value: value + 1)(np.int64(1)) == 2
    pids = pool.pids()
    later = pool.function(lambda value: value + 2)
    assert [int(value) for value in called(later, [np.int64(1)] * 9)] == [3] * 9
    assert pool.pids() == pids


def test_each_start_of_a_generator_keeps_nothing_more(pool: WorkerPool) -> None:
    offsets = np.arange(5.0)

    def items() -> Iterator[float]:
        for number in range(5):
            yield float(number + offsets[number])

    generator = generator_in_workers(items, pool, chunk=2, ahead=4)
    for _ in range(3):
        assert list(generator()) == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert len(pool._packed) == 1
    assert not pool._functions


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_worker_that_dies_is_told_to_all_who_wait(pool: WorkerPool) -> None:
    function = pool.function(lambda value: os.kill(os.getpid(), signal.SIGKILL))
    for _ in range(2):
        with pytest.raises(WorkerDiedError, match="SIGKILL"):
            function(np.int64(1))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_worker_that_dies_in_the_middle_of_an_answer_is_told(pool: WorkerPool) -> None:
    function = pool.function(lambda value: np.zeros(30_000_000), chunk=1)
    pool.start()
    victims = [psutil.Process(pid) for pid in pool.pids()]
    reader = pool._executor._result_queue._reader

    def kill_half_way() -> None:
        while not reader.poll(0.001):
            pass
        for victim in victims:
            victim.kill()

    killer = threading.Thread(target=kill_half_way)
    killer.start()
    with pytest.raises(WorkerDiedError, match="a worker process ended"):
        called(function, [np.int64(1)] * 50)
    killer.join()


def test_a_function_that_hangs_is_ended_with_the_pool(pool: WorkerPool) -> None:
    function = pool.function(lambda value: threading.Event().wait())
    pool.start()
    raised: list[BaseException] = []

    def call() -> None:
        try:
            function(np.int64(1))
        except PoolClosedError as error:
            raised.append(error)

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    pool.close()
    for thread in threads:
        thread.join()
    assert len(raised) == 20


def test_a_pool_whose_pipes_are_full_can_be_closed(pool: WorkerPool) -> None:
    function = pool.function(lambda value: threading.Event().wait(), chunk=1)
    pool.start()
    large = np.zeros(3_000_000)

    def call() -> None:
        with contextlib.suppress(PoolClosedError):
            function(large)

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    feeder = pool._executor._call_queue
    while feeder._thread is None or not feeder._reader.poll():
        pass
    pool.close()
    for thread in threads:
        thread.join()


def test_starting_can_be_called_off(pool: WorkerPool) -> None:
    pool.function(lambda value: value)
    with pytest.raises(Cancelled):
        pool.start(cancelled=lambda: True)


def test_a_function_that_cannot_be_loaded_says_so_where_it_is_called(pool: WorkerPool) -> None:
    class Refuses:
        def __reduce__(self) -> Any:
            return (_refuse, ())

        def __call__(self, value: int) -> int:
            return value

    with pytest.raises(ValueError, match="not here"):
        pool.function(Refuses())(np.int64(1))


def _refuse() -> None:
    raise ValueError("not here")


_PROGRAM = """
import sys, threading
from core.process_pool.items import generator_in_workers
from core.process_pool.pool import WorkerPool
pool = WorkerPool(2)
busy = pool.function(lambda value: threading.Event().wait())
pool.start()
print(*pool.pids(), flush=True)
if sys.argv[1] == "busy":
    for _ in range(4):
        threading.Thread(target=busy, args=(1,), daemon=True).start()
if sys.argv[1] == "exits":
    import os
    os._exit(0)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux does")
@pytest.mark.parametrize("when", ["idle", "busy", "exits"])
def test_workers_end_with_a_program_that_is_killed_and_hold_none_of_its_pipes(when: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, when],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as program:
        assert program.stdout is not None
        pids = [int(word) for word in program.stdout.readline().split()]
        workers = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
        if when != "exits":
            for worker in workers:
                held = {os.readlink(f"/proc/{worker.pid}/fd/{number}") for number in range(3)}
                assert held == {os.devnull}
            program.kill()
        _, alive = psutil.wait_procs(workers, timeout=20)
        assert len(pids) == 2
        assert not alive
