"""Trains in every way that a script may, once watched and once as Keras has it."""

import contextlib
import functools
import io
import multiprocessing
import os
import re
import signal
import sys
import threading
import traceback


def in_child(text):
    print("child", text, __name__, [key for key in os.environ if "EXPLORER" in key], flush=True)


def main():
    import tensorflow as tf

    tf.constant(0)  # used before Keras is imported, as in many scripts
    import keras
    import numpy as np

    def data(seed=1):
        x = np.random.default_rng(seed).random((64, 8), np.float32)
        return x, (x.sum(1) > 4).astype("float32")

    def dataset(batch=8):
        return tf.data.Dataset.from_tensor_slices(data()).shuffle(64, seed=1).batch(batch)

    class OwnStep(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(1, activation="sigmoid")

        def call(self, x):
            return self.dense(x)

        def train_step(self, batch):
            x, y = batch
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(keras.losses.binary_crossentropy(y[:, None], self(x)))
            weights = self.trainable_weights
            self.optimizer.apply(tape.gradient(loss, weights), weights)
            return {"loss": loss, "own": tf.constant(2.0)}

    class OwnFit(OwnStep):
        def fit(self, *arguments, **keywords):
            return super().fit(*arguments, **keywords)

    class OwnFunction(OwnStep):
        def make_train_function(self, force=False):
            self.train_function = lambda iterator: self.train_step(next(iterator))

    class Broken(OwnStep):
        def train_step(self, batch):
            raise ValueError("a mistake in train_step")

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            return data(index)

    class Told(keras.callbacks.Callback):
        batches = 0

        def on_train_batch_end(self, batch, logs=None):
            self.batches += 1

    class Interrupted(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            signal.raise_signal(signal.SIGINT)

    def generator():
        yield from map(data, range(4))

    def broken_data():
        def some():
            yield data(0)
            raise RuntimeError("the data are broken")

        spec = (tf.TensorSpec((None, 8)), tf.TensorSpec((None,)))
        return tf.data.Dataset.from_generator(some, output_signature=spec)

    def fit(of, model=None, options=None, own=None, **more):
        model = model or keras.Sequential([keras.layers.Dense(1)])
        model.compile("sgd", "mse", **options or {})
        if own is not None:
            model.make_train_function()
            model.train_function = functools.wraps(model.train_function)(own(model))
        told = Told()
        callbacks = more.pop("callbacks", told)
        history = model.fit(*of, verbose=0, callbacks=callbacks, **more)
        return history.history, told.batches

    def fit_and_more():
        model = OwnFit()
        history = fit([dataset()], model)
        return history, [float(value) for value in model.train_on_batch(*data()).values()]

    def in_a_thread():
        said = []
        thread = threading.Thread(target=lambda: said.append(fit([dataset()])))
        thread.start()
        thread.join()
        return said

    ways = {
        "dataset": lambda: fit(
            [dataset()],
            validation_data=dataset(),
            class_weight={0: 1.0, 1: 2.0},
            callbacks=[Told()],
            epochs=2,
        ),
        "arrays": lambda: fit(data(), batch_size=16, epochs=3, initial_epoch=2),
        "several steps": lambda: fit([dataset()], options={"steps_per_execution": 3}),
        "own fit and step": fit_and_more,
        "generator": lambda: fit([generator()], steps_per_epoch=2),
        "PyDataset": lambda: fit([Batches()]),
        "eagerly": lambda: fit([dataset()], options={"run_eagerly": True}),
        "thread": in_a_thread,
        "own function": lambda: fit([dataset()], OwnFunction(), steps_per_epoch=2),
        "a function in place": lambda: fit(
            [dataset()], own=lambda model: lambda iterator: model.train_step(next(iterator))
        ),
        "mistake in a step": lambda: fit([dataset()], Broken()),
        "mistake in the data": lambda: fit([broken_data()], OwnStep()),
        "Ctrl-C": lambda: fit([dataset()], callbacks=[Interrupted()]),
    }

    def outcome(way):
        keras.utils.set_random_seed(3)
        try:
            return repr(ways[way]())
        except Exception:
            return traceback.format_exc()
        except KeyboardInterrupt as error:
            said = io.StringIO()
            with contextlib.redirect_stderr(said):
                sys.excepthook(type(error), error, error.__traceback__)  # as Python at its end
            return said.getvalue()

    def numbers_gone(text):
        return re.sub(r"(_on_iterator|inference\w*?)_\d+", r"\1", text)

    watched, plain = keras.Model.fit, keras.Model.fit.__wrapped__.__wrapped__
    for way in ways:
        keras.Model.fit = plain
        expected = numbers_gone(outcome(way))
        keras.Model.fit = watched
        got = numbers_gone(outcome(way))
        print(f"{way}: {'same' if got == expected else f'{expected} BUT {got}'}", flush=True)
    print(sys.argv[1:], __name__, os.path.basename(sys.path[0]), os.environ.get("PYTHONPATH"))
    # The one that a system has, as in Debian, is found as always.
    own = [sys.modules["sitecustomize"]] if "sitecustomize" in sys.modules else []
    print([module.__file__ for module in own if "watching" in str(module.__file__)], flush=True)
    child = multiprocessing.get_context("spawn").Process(target=in_child, args=("of spawn",))
    child.start()
    child.join()
    sys.exit(3)


if __name__ == "__main__":
    # A shell that starts the tests in the background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
