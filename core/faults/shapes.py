"""Shapes that do not go together: batches and model, labels and loss."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.faults.raised import Raised
from core.faults.reading import at
from core.faults.rule import Rule, Told
from core.faults.scene import Scene
from core.faults.words import short
from core.lazy import tf

_INPUTS = re.compile(
    r"is incompatible with the layer|Invalid input shape for input|expects \d+ (?:named )?input"
    r"|Missing data for input|Matrix size-incompatible|has different ndims"
    r"|shape with unknown rank|evenly divisible by filter depth|structure of `inputs`"
)
_LABELS = re.compile(
    r"`target` and `output` must have the same|must have the same first dimension"
    r"|`logits` and `labels`|logits and labels must"
)
_RANGE = re.compile(
    r"Received a label value of (?P<value>-?\d+) which is outside the valid range of "
    r"\[0, (?P<end>\d+)\)"
)
_NO_LABELS = "None values not supported"
_TEXT = "Cast string to"


def _inputs(raised: Raised, scene: Scene) -> Told | None:
    if not _INPUTS.search(raised.text):
        return None
    takes, gives = _takes(scene.model), _gives(scene.dataset)
    if not takes or not gives:
        return Told(
            f"The batches do not fit the model: {raised.said}{at(raised, scene)}",
            "batches of the shape that the model takes",
            _reshape(),
        )
    # A model that takes just this was given something else by another of its layers.
    same = f": {short(raised.text, 120)}" if takes == gives else ""
    return Told(
        f"The batches do not fit the model: it takes {short(takes, 90)}, and the dataset gives "
        f"{short(gives, 90)}{same}{at(raised, scene)}",
        f"inputs of {short(takes, 60)}, where None is any number",
        _reshape(takes, gives),
    )


def _reshape(takes: str = "", gives: str = "") -> str:
    if takes.startswith("(None, ") and gives == f"({takes.removeprefix('(None, ')}":
        return "These are single examples: put batch at the end of the dataset."
    if "unknown" in gives:
        return "Say the shape with tf.ensure_shape in a map: Python functions lose it."
    return "Resize or reshape in a map before batch, or build the model for what the dataset gives."


def _labels(raised: Raised, scene: Scene) -> Told | None:
    if not _LABELS.search(raised.text):
        return None
    return Told(
        f"The labels do not fit the model and its loss{_loss(scene)}: {short(raised.text, 160)}"
        f"{at(raised, scene)}",
        "labels as the loss takes them: whole numbers for sparse_categorical_crossentropy, one-hot "
        "for categorical_crossentropy",
        "Choose the loss that fits, or change the labels in a map.",
    )


def _out_of_range(raised: Raised, scene: Scene) -> Told | None:
    found = _RANGE.search(raised.text)
    if found is None:
        return None
    end = int(found["end"])
    return Told(
        f"A label is {found['value']}, and the model has {end:,} outputs{_loss(scene)}"
        f"{at(raised, scene)}",
        f"labels from 0 to {end - 1:,}",
        "Give the model as many outputs as there are classes, or count the classes from 0.",
    )


def _no_labels(raised: Raised, scene: Scene) -> Told | None:
    spec = getattr(scene.dataset, "element_spec", None)
    if _NO_LABELS not in raised.text or (isinstance(spec, tuple) and len(spec) > 1):
        return None
    gives = f" ({short(_words(spec), 80)})" if spec is not None else ""
    return Told(
        f"The dataset gives inputs without labels{gives}, and the loss of the model wants labels",
        "elements (inputs, labels)",
        "Give pairs: dataset.map(lambda x: (x, label_of(x))), or (x, x) for an autoencoder.",
    )


def _is_text(raised: Raised, scene: Scene) -> Told | None:
    if not raised.text.startswith(_TEXT):
        return None
    return Told(
        f"The model is given text where it computes with numbers: {raised.said}{at(raised, scene)}",
        "numbers, or a model that begins with keras.layers.TextVectorization or StringLookup",
        "Turn the text into numbers in a map before batch.",
    )


def _takes(model: Any) -> str:
    """What a model was built for: ``(None, 28, 28, 1)``; empty where it takes what comes."""
    try:
        inputs = list(model.inputs)
    except (AttributeError, TypeError, ValueError):
        return ""
    shapes = [str(tuple(one.shape)) for one in inputs]
    if len(inputs) == 1:
        return shapes[0]
    return ", ".join(f"{one.name}: {shape}" for one, shape in zip(inputs, shapes, strict=True))


def _gives(dataset: Any) -> str:
    """The inputs of a batch likewise."""
    spec = getattr(dataset, "element_spec", None)
    return "" if spec is None else _words(spec[0] if isinstance(spec, tuple) else spec)


def _words(spec: Any) -> str:
    if isinstance(spec, Mapping):
        return ", ".join(f"{name}: {_words(one)}" for name, one in spec.items())
    if isinstance(spec, (tuple, list)):
        return ", ".join(_words(one) for one in spec)
    shape = getattr(spec, "shape", None)
    if isinstance(spec, tf.TensorSpec) and shape is not None:
        return "an unknown shape" if shape.rank is None else str(tuple(shape))
    return (
        f"{type(spec).__name__.removesuffix('Spec')} {shape if shape is not None else ''}".strip()
    )


def _loss(scene: Scene) -> str:
    loss = getattr(scene.model, "loss", None)
    if loss is None:
        return ""
    name = loss if isinstance(loss, str) else getattr(loss, "name", type(loss).__name__)
    return f" ({name})" if isinstance(name, str) else ""


RULES = (
    Rule("inputs_and_model", _inputs),
    Rule("label_out_of_range", _out_of_range),
    Rule("labels_and_loss", _labels),
    Rule("no_labels", _no_labels),
    Rule("text_as_numbers", _is_text),
)
