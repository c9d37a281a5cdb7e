# mypy: ignore-errors
# ruff: noqa: B905, E701, E702, E731
"""What stands for worker processes in code that people copy: a helper that needs loky alone."""

import pickle
import random
import threading
import zlib
from collections import Counter
from concurrent.futures import Future

import numpy as np
from loky import get_reusable_executor


# fmt: off
def in_processes(function, processes, chunk=8):
    """A function for tf.numpy_function that has processes call another one, chunk by chunk."""
    pool, lock, waiting, seen = get_reusable_executor(processes), threading.Lock(), [], Counter()
    slots = threading.Semaphore(processes + 1)
    work = lambda part: [(random.seed(s), np.random.seed(s), function(*x))[2] for s, x in part]
    def call(*example):
        answer, seed = Future(), zlib.crc32(pickle.dumps(example))  # for what it draws at random
        with lock: seen[seed] += 1; waiting.append((((seed + seen[seed]) % 2**32, example), answer))
        with slots:
            with lock: part, waiting[:] = waiting[:chunk], waiting[chunk:]
            try: values = part and pool.submit(work, [seeded for seeded, _ in part]).result()
            except Exception as error: [other.set_exception(error) for _, other in part]
            else: [other.set_result(value) for (_, other), value in zip(part, values)]
        return answer.result()
    return call
