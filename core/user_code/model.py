"""The model that someone's batches are trained on: theirs, or a stand-in of the right structure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.lazy import keras, tf
from core.model.errors import RunError


def make_user_model(made: Any, element_spec: Callable[[], Any], named: str) -> Any:
    """A compiled model, from what theirs is.

    Args:
        made: What their code gave.
        element_spec: Gives that of a batch, to choose a loss where it is not compiled.
        named: What it is called in a sentence, and where it is from.

    Raises:
        RunError: It is no ``keras.Model``, or no loss fits.
    """
    if not isinstance(made, keras.Model):
        raise RunError(
            f"{_capital(named)} is {type(made).__name__}", expected="a keras.Model, compiled or not"
        )
    if made.run_eagerly:
        raise RunError(
            f"{_capital(named)} is compiled with run_eagerly=True",
            expected="a model whose train step is compiled: that is what is measured here",
            remedy="Leave run_eagerly out.",
        )
    if made.compiled:
        return made
    made.compile(optimizer="adam", loss=_loss(made, element_spec(), named))
    return made


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _loss(model: Any, element_spec: Any, named: str) -> Any:
    """The usual loss for what the labels are; theirs may be another, which changes the figures."""
    labels = element_spec[1] if isinstance(element_spec, tuple) and len(element_spec) > 1 else None
    shape = getattr(model, "output_shape", None) if model.built else None
    if not isinstance(labels, tf.TensorSpec) or isinstance(shape, (list, dict)):
        raise RunError(
            f"{_capital(named)} is not compiled, and no loss fits its labels",
            expected="batches (inputs, labels) with one tensor of labels, or a compiled model",
            remedy="Call model.compile(...) on it.",
        )
    outputs = shape[-1] if shape else None
    logits = not _gives_probabilities(model)
    each = labels.shape.rank is not None and labels.shape.rank > 1 and labels.shape[-1] == outputs
    if outputs not in (None, 1) and each and _is_one_of(model, labels):
        return keras.losses.CategoricalCrossentropy(from_logits=logits)
    if not (labels.dtype.is_integer or labels.dtype.is_bool):
        return "mse"
    if outputs == 1:
        return keras.losses.BinaryCrossentropy(from_logits=logits)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=logits)


def _is_one_of(model: Any, labels: Any) -> bool:
    """Labels are one-hot: whole numbers, or the model says how probable each is."""
    return bool(labels.dtype.is_integer or labels.dtype.is_bool or _gives_probabilities(model))


def _gives_probabilities(model: Any) -> bool:
    last = getattr(model.layers[-1], "activation", None) if model.layers else None
    layer = type(model.layers[-1]).__name__.lower() if model.layers else ""
    return getattr(last, "__name__", layer) in ("softmax", "sigmoid")


def stand_in_model() -> Any:
    """A compiled model that takes any batch: it looks at each part and learns one number.

    A real ``model.fit`` with a real loss, whatever the structure: tuples, dicts, ragged and
    sparse tensors, text. Its loss says nothing about anyone's model.
    """

    class StandInModel(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="stand_in")
            self.level = self.add_weight(shape=(), initializer="zeros", name="level")
            self.mean_loss = keras.metrics.Mean(name="loss")
            self.built = True

        @property
        def metrics(self) -> list[Any]:
            # Keras's own loss is not used here, and would be given as 0 at an epoch's end.
            return [self.mean_loss]

        def call(self, batch: Any, training: bool = False) -> Any:
            parts = tf.nest.flatten(batch, expand_composites=True)
            return tf.add_n([_number(part) for part in parts]) - self.level

        def train_step(self, data: Any) -> dict[str, Any]:
            with tf.GradientTape() as tape:
                # Every part of the batch is looked at, as a model would.
                loss = tf.square(self(data, training=True))
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            self.mean_loss.update_state(loss)
            return {"loss": self.mean_loss.result()}

    model = StandInModel()
    model.compile(optimizer=keras.optimizers.SGD(0.01), jit_compile=False)
    return model


def _number(part: Any) -> Any:
    """A small number that depends on the first element of a tensor of any type."""
    flat = tf.reshape(part, [-1])
    size = tf.size(flat)
    if part.dtype == tf.string:
        return tf.tanh(tf.cast(size, tf.float32))
    first = tf.cond(size > 0, lambda: tf.cast(flat[0], tf.float32), lambda: tf.constant(0.0))
    # What is not a number in the data is none of the model's making.
    return tf.tanh(tf.where(tf.math.is_finite(first), first, 0.0))
