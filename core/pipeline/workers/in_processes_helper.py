# mypy: ignore-errors
# ruff: noqa: B905, D103, E701, E702, E731
"""What stands for worker processes in code that people copy: a helper that needs loky alone.

Its text is read (``core.pipeline.workers.in_processes.helper``); nothing imports this file.
"""

import collections
import pickle
import random
import threading
import zlib

import loky
import numpy
import tensorflow as tf


# fmt: off
@tf.autograph.experimental.do_not_convert
def in_processes(function, processes, chunk=8):  # for tf.numpy_function, in a parallel map
    pool, slots = loky.get_reusable_executor(processes), threading.Semaphore(processes + 1)
    lock, waiting, seen = threading.Lock(), [], collections.Counter()
    work = lambda part: [(random.seed(s), numpy.random.seed(s), function(*x))[2] for s, x in part]
    def call(*example):
        answer, seed = loky.Future(), zlib.crc32(pickle.dumps(example))
        with lock: seen[seed] += 1; waiting.append((((seed + seen[seed]) % 2**32, example), answer))
        with slots:
            with lock: part, waiting[:] = waiting[:chunk], waiting[chunk:]
            try: values = part and pool.submit(work, [seeded for seeded, _ in part]).result()
            except Exception as error: [other.set_exception(error) for _, other in part]
            else: [other.set_result(value) for (_, other), value in zip(part, values)]
        return answer.result()
    return call
