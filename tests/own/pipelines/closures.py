import tensorflow as tf


def make_parser(offset):
    def parse(x):
        return tf.cast(x + offset, tf.float32)

    return parse


def pipeline_factory(batch_size):
    parse = make_parser(5)

    def build():
        def inner(ds):
            return ds.map(parse).batch(batch_size)

        return inner(tf.data.Dataset.range(30)).prefetch(3)

    return build


make_dataset = pipeline_factory(7)
EXPECTED = ["range", "map", "batch", "prefetch"]
