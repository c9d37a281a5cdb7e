import tensorflow as tf

# as it comes from a YAML file
CONFIG = {
    "shuffle": {"buffer_size": 16, "seed": 1},
    "batch": {"batch_size": 4, "drop_remainder": True},
    "prefetch": {"buffer_size": 2},
}


def make_dataset():
    ds = tf.data.Dataset.range(18)
    for method, arguments in CONFIG.items():
        ds = getattr(ds, method)(**arguments)
    return ds


EXPECTED = ["range", "shuffle", "batch", "prefetch"]
ONE_PLACE = True
