"""What TensorFlow and Keras do only once in a process, done before anything is measured."""

from __future__ import annotations

import numpy as np

from core.lazy import keras, tf


def warm_up() -> None:
    """Compile and train a tiny model on the CPU, from a tiny pipeline.

    Threads are started, Keras imports what it imports late, and the first function is traced.
    Without it the first run of a process would seem to be slower than those after it, and an
    isolated run is always the first. Nothing of it stays but that: the model is let go, and a
    run sets its own seeds.
    """
    with tf.device("/CPU:0"):
        examples = np.zeros((8, 4), np.float32), np.zeros(8, np.int64)
        dataset = tf.data.Dataset.from_tensor_slices(examples).map(
            lambda x, y: (x, y), num_parallel_calls=2
        )
        model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2)])
        model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(True))
        model.fit(dataset.batch(4).prefetch(1), verbose=0, shuffle=False)
    keras.backend.clear_session()
