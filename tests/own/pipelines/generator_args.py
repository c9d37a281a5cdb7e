# the old way to give types, and arguments for the generator
import tensorflow as tf

EXPECTED = ["from_generator", "repeat", "batch", "take"]


def count(stop):
    i = 0
    while i < stop:
        yield i
        i += 1


def make_dataset():
    ds_counter = tf.data.Dataset.from_generator(count, args=[25], output_types=tf.int32, output_shapes=())
    return ds_counter.repeat().batch(10).take(10)
