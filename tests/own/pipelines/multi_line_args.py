import tensorflow as tf


def make_dataset(batch_size: int = 4, *, training: bool = True) -> tf.data.Dataset:
    ds = tf.data.Dataset.from_tensor_slices(
        {
            "x": tf.range(
                20,
            ),
        }
    ).map(
        lambda row: {
            **row,
            "y": row["x"] * 2,
        },
        num_parallel_calls=(
            4 if training
            else None
        ),
    )
    ds = ds.shuffle(20, seed=0) if training else ds
    return ds.batch(batch_size, num_parallel_calls=tf.data.AUTOTUNE).prefetch(
        buffer_size=1)


EXPECTED = ["from_tensor_slices", "map", "shuffle", "batch", "prefetch"]
