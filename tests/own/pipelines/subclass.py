# https://www.tensorflow.org/guide/data_performance
import tensorflow as tf


class ArtificialDataset(tf.data.Dataset):
    def _generator(num_samples):
        for sample_idx in range(num_samples):
            yield (sample_idx,)

    def __new__(cls, num_samples=12):
        return tf.data.Dataset.from_generator(
            cls._generator,
            output_signature=tf.TensorSpec(shape=(1,), dtype=tf.int64),
            args=(num_samples,)
        )


def make_dataset():
    return tf.data.Dataset.range(2).interleave(
        lambda _: ArtificialDataset(), num_parallel_calls=1
    ).map(lambda x: x + 1).batch(4).prefetch(tf.data.AUTOTUNE)


EXPECTED = ["range", "interleave", "from_generator", "map", "batch", "prefetch"]
