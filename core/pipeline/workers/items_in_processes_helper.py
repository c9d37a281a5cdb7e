# mypy: ignore-errors
# ruff: noqa: B006, D103, E701, E702
"""What stands for worker processes in a generator that people copy: a helper that needs loky alone.

Its text is read (``core.pipeline.workers.in_processes.GENERATOR``); nothing imports this file.
"""

import collections
import random

import loky
import numpy


# fmt: off
def items_in_processes(function, values, processes, pools={}):  # of a generator, in order
    def item(seed, value):
        random.seed(seed); numpy.random.seed(seed)
        return function(value)
    seed, answers = random.getrandbits(31), collections.deque()
    pool = pools.setdefault(processes, loky.get_reusable_executor(processes))  # for all threads
    for number, value in enumerate(values):
        answers.append(pool.submit(item, (seed + number) % 2**32, value))
        if len(answers) > 2 * processes: yield answers.popleft().result()
    while answers: yield answers.popleft().result()
