import tensorflow as tf

EXPECTED = ["from_generator", "map", "bucket_by_sequence_length", "prefetch"]


def sentences():
    for n in range(30):
        yield list(range(1 + n * 7 % 11))


def make_dataset():
    ds = tf.data.Dataset.from_generator(
        sentences, output_signature=tf.TensorSpec([None], tf.int32)
    ).map(lambda s: (s, tf.size(s) % 2))
    ds = ds.bucket_by_sequence_length(
        element_length_func=lambda s, label: tf.shape(s)[0],
        bucket_boundaries=[3, 6, 9],
        bucket_batch_sizes=[8, 6, 4, 2],
    )
    return ds.prefetch(1)
