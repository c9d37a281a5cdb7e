import tensorflow as tf

EXPECTED = ["from_tensor_slices", "shuffle", "batch", "map", "prefetch"]


def make_dataset():
    n = 30
    features = {
        "name": [f"item {i}" for i in range(n)],
        "price": tf.linspace(0.0, 1.0, n),
        "tags": tf.reshape(tf.range(n * 2), [n, 2]),
    }
    ds = tf.data.Dataset.from_tensor_slices(features)
    return ds.shuffle(n, seed=4).batch(4).map(
        lambda row: (row, {"ctr": row["price"] > 0.5, "value": row["price"]}),
        num_parallel_calls=4, deterministic=True).prefetch(1)
