# mypy: ignore-errors
# ruff: noqa: B905, D103, E701, E702, E731
"""What stands for worker processes in code that people copy: a helper that needs loky alone.

Its text is read (``core.pipeline.workers.in_processes.helper``); nothing imports this file.
"""

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
    pool, waiting, seen = loky.get_reusable_executor(processes), [], numpy.zeros(2**22, "uint32")
    lock, slots = threading.Lock(), threading.Semaphore(processes + 1)
    work = lambda part: [(random.seed(s), numpy.random.seed(s), function(*x))[2] for s, x in part]
    def call(*example):
        answer, seed = loky.Future(), zlib.crc32(pickle.dumps(example)); at = seed >> 10
        with lock: seen[at] += 1; own = seed ^ int(seen[at]), example; waiting.append((own, answer))
        with slots:
            with lock: part, waiting[:] = waiting[:chunk], waiting[chunk:]
            try: values = part and pool.submit(work, [seeded for seeded, _ in part]).result()
            except BaseException as error: [other.set_exception(error) for _, other in part]
            else: [other.set_result(value) for (_, other), value in zip(part, values)]
        return pool.submit(work, [own]).result()[0] if answer.exception() else answer.result()
    return call
