"""The model that someone's batches are trained on: theirs, or a stand-in of the right structure."""

from __future__ import annotations

from typing import Any

from core.lazy import keras, tf
from core.model.errors import RunError

STAND_IN = "stand-in model"


def make_own_model(made: Any, element_spec: Any) -> Any:
    """A compiled model, from what their ``make_model`` gave.

    Args:
        made: What it gave.
        element_spec: Of a batch, to choose a loss where it is not compiled.

    Raises:
        RunError: It is no ``keras.Model``, or no loss fits.
    """
    if not isinstance(made, keras.Model):
        raise RunError(
            f"make_model() gave {type(made).__name__}", expected="a keras.Model, compiled or not"
        )
    if made.compiled:
        return made
    made.compile(optimizer="adam", loss=_loss(made, element_spec))
    return made


def _loss(model: Any, element_spec: Any) -> str:
    """The usual loss for what the labels are; theirs may be another, which changes the figures."""
    labels = element_spec[1] if isinstance(element_spec, tuple) and len(element_spec) > 1 else None
    if not isinstance(labels, tf.TensorSpec):
        raise RunError(
            "make_model() gives a model that is not compiled, and no loss fits its labels",
            expected="batches (inputs, labels) with one tensor of labels, or a compiled model",
            remedy="Call model.compile(...) in make_model().",
        )
    outputs = model.output_shape[-1] if isinstance(model.output_shape, tuple) else None
    if labels.dtype.is_integer:
        return "sparse_categorical_crossentropy" if outputs != 1 else "binary_crossentropy"
    return "mse"


def stand_in_model() -> Any:
    """A compiled model that takes any batch: it looks at each part and learns one number.

    A real ``model.fit`` with a real loss, whatever the structure: tuples, dicts, ragged and
    sparse tensors, text. Its loss says nothing about anyone's model.
    """

    class StandIn(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="stand_in")
            self.level = self.add_weight(shape=(), initializer="zeros", name="level")
            self.built = True

        def call(self, batch: Any, training: bool = False) -> Any:
            parts = tf.nest.flatten(batch, expand_composites=True)
            return tf.add_n([_number(part) for part in parts]) - self.level

        def train_step(self, data: Any) -> dict[str, Any]:
            with tf.GradientTape() as tape:
                # Every part of the batch is looked at, as a model would.
                loss = tf.square(self(data, training=True))
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            return {"loss": loss}

    model = StandIn()
    model.compile(optimizer=keras.optimizers.SGD(0.01), jit_compile=False)
    return model


def _number(part: Any) -> Any:
    """A small number that depends on the first element of a tensor of any type."""
    flat = tf.reshape(part, [-1])
    size = tf.size(flat)
    if part.dtype == tf.string:
        return tf.tanh(tf.cast(size, tf.float32))
    first = tf.cond(size > 0, lambda: tf.cast(flat[0], tf.float32), lambda: tf.constant(0.0))
    return tf.tanh(first)
