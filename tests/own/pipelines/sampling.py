import tensorflow as tf

EXPECTED = ["range", "filter", "map", "repeat", "range", "filter", "map", "repeat",
            "sample_from_datasets", "batch"]
ENDLESS = True


def make_dataset():
    def of_class(label):
        ds = tf.data.Dataset.range(60).filter(lambda i: i % 3 == label)
        return ds.map(lambda i: (tf.cast(i, tf.float32)[None], label)).repeat()

    negative_ds, positive_ds = of_class(0), of_class(1)
    balanced_ds = tf.data.Dataset.sample_from_datasets([negative_ds, positive_ds], [0.5, 0.5],
                                                       seed=5).batch(10)
    return balanced_ds
