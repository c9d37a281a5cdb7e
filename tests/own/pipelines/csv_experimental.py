import tensorflow as tf
from sample_data import csv_file

EXPECTED = ["make_csv_dataset", "map", "prefetch"]


def make_dataset():
    titanic = tf.data.experimental.make_csv_dataset(
        str(csv_file()), batch_size=8, label_name="survived",
        num_epochs=1, shuffle=True, shuffle_seed=1, ignore_errors=False)

    def pack(features, label):
        return tf.stack([tf.cast(features["age"], tf.float32), features["fare"]], axis=-1), label

    return titanic.map(pack).prefetch(1)
