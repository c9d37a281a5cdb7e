import tensorflow as tf

EXPECTED = ["range", "map", "rejection_resample", "map", "batch"]


def class_func(features, label):
    return label


def make_dataset():
    ds = tf.data.Dataset.range(200).map(lambda i: (tf.cast(i, tf.float32), tf.cast(i % 5 == 0, tf.int32)))
    resample_ds = ds.rejection_resample(class_func, target_dist=[0.5, 0.5], initial_dist=[0.8, 0.2], seed=4)
    balanced_ds = resample_ds.map(lambda extra_label, features_and_label: features_and_label)
    return balanced_ds.batch(8)
