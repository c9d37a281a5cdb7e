import contextlib
import functools

import tensorflow as tf


def prefetched(size):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs).prefetch(size)

        return wrapper

    return decorate


@contextlib.contextmanager
def seeded(seed):
    tf.random.set_seed(seed)
    yield


@prefetched(4)
@seeded(3)
def source():
    return tf.data.Dataset.range(20)


@prefetched(2)
def make_dataset():
    return source().map(lambda x: x + 1, num_parallel_calls=2).batch(4)


EXPECTED = ["range", "prefetch", "map", "batch", "prefetch"]
