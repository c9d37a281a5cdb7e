"""Examples that do not go into one batch: told by the method that put them together."""

from __future__ import annotations

import re
from typing import Any

from core.faults.raised import Raised
from core.faults.reading import at
from core.faults.rule import Rule, Told
from core.faults.scene import Scene, words_of
from core.lazy import tf

_UNEQUAL = re.compile(
    r"Cannot (?:batch|add) tensors? with different shapes in component (?P<part>\d+)\. First "
    r"element had shape (?P<first>\[[^\]]*\]) and element (?P<number>\d+) had shape "
    r"(?P<other>\[[^\]]*\])"
)
_NUMBERS = re.compile(
    r"number of elements does not match\. Shapes are: \[tensor\]: (?P<other>\[[^\]]*\]), "
    r"\[batch\]: (?P<first>\[[^\]]*\])"
)
_TOO_LONG = "Attempted to pad to a smaller size than the input element"
_RANK = re.compile(
    r"same rank as the padded shape for component ?(?P<part>\d+): expected rank (?P<want>\d+) but "
    r"got element with rank (?P<got>\d+)"
)
_ROW = re.compile(
    r"Input element had shape \(?(?P<got>\[[^\]]*\])\)? that is larger than the row shape "
    r"\(?(?P<want>\[[^\]]*\])"
)
_STACKS, _PADS = ("batch", "ragged_batch"), ("padded_batch", "bucket_by_sequence_length")
_SPARSE = ("sparse_batch",)


def _unequal(raised: Raised, scene: Scene) -> Told | None:
    found = _UNEQUAL.search(raised.text) or _NUMBERS.search(raised.text)
    if found is None:
        return None
    known = found.groupdict()
    which = f"number {known['number']} (counted from 0)" if "number" in known else "another"
    method, where = _method(raised, scene, *_STACKS)
    shape = _both(known["first"], known["other"])
    return Told(
        f"Examples of unequal shapes do not go into one batch{where}: the first "
        f"is {found['first']}, {which} is {found['other']}{_of_part(known.get('part', '0'))}",
        "examples of one shape within a batch"
        if method != "ragged_batch"
        else "examples whose number of dimensions ragged_batch knows beforehand",
        _remedy(method, shape, unknown=_has_unknown_shape(scene.dataset)),
    )


def _remedy(method: str, shape: str, *, unknown: bool) -> str:
    if not shape:
        return f"Give all examples the same number of dimensions in a map before {method}."
    ensured = f"tf.ensure_shape(x, {shape})"
    if method == "ragged_batch":
        return f"Say in a map before ragged_batch which dimensions differ: {ensured}."
    if unknown:
        return (
            f"Resize or pad them in a map before {method}; or say their shape there with {ensured} "
            "and use padded_batch or ragged_batch."
        )
    return f"Resize or pad them in a map before {method}, or use padded_batch or ragged_batch."


def _too_long(raised: Raised, scene: Scene) -> Told | None:
    if _TOO_LONG not in raised.text:
        return None
    method, where = _method(raised, scene, *_PADS)
    return Told(
        f"An example is longer than the shape that it is to be padded to{where}",
        "padded_shapes as large as the largest example",
        f"Give {method} None for that dimension in padded_shapes, which pads to the longest of the "
        "batch, or a larger number; or cut the examples off in a map before it.",
    )


def _other_rank(raised: Raised, scene: Scene) -> Told | None:
    found = _RANK.search(raised.text)
    if found is None:
        return None
    method, where = _method(raised, scene, *_PADS)
    return Told(
        f"An example has {found['got']} dimensions where padded_shapes has {found['want']}{where}"
        f"{_of_part(found['part'])}",
        "one number or None in padded_shapes for each dimension of an example",
        f"Give {method} padded_shapes with as many dimensions as the examples have.",
    )


def _larger_row(raised: Raised, scene: Scene) -> Told | None:
    found = _ROW.search(raised.text)
    if found is None:
        return None
    method, where = _method(raised, scene, *_SPARSE)
    return Told(
        f"An example is {found['got']}, larger than the row_shape {found['want']}{where}",
        "a row_shape as large as the largest example",
        f"Give {method} a larger row_shape, or None for that dimension.",
    )


def _method(raised: Raised, scene: Scene, *kinds: str) -> tuple[str, str]:
    """The method that failed, and where it stands, to follow what happened.

    As TensorFlow says, else the only one of these kinds in the pipeline.
    """
    stages = scene.settings.stages_in_order() if scene.settings is not None else ()
    there = [stage for stage in stages if stage.kind in kinds]
    told = scene.stage_of(raised)
    if told not in there and len(there) == 1:
        return there[0].kind, f", in {words_of(there[0])}"
    several = {stage.kind for stage in there}
    kind = told.kind if told in there and told is not None else kinds[0]
    return several.pop() if len(several) == 1 else kind, at(raised, scene)


def _both(first: str, other: str) -> str:
    """The shape of two, as Python: None where they differ; empty where dimensions are more."""
    one, two = ([part for part in text.strip("[]").split(",") if part] for text in (first, other))
    if len(one) != len(two):
        return ""
    both = ["None" if a != b else a.strip() for a, b in zip(one, two, strict=True)]
    return f"({', '.join(both)}{',' if len(both) == 1 else ''})"


def _has_unknown_shape(dataset: Any) -> bool:
    """Whether a part of a batch has a shape of which nothing is known."""
    spec = getattr(dataset, "element_spec", None)
    return any(
        isinstance(one, tf.TensorSpec) and one.shape.rank is None
        for one in (tf.nest.flatten(spec) if spec is not None else ())
    )


def _of_part(number: str) -> str:
    return "" if number == "0" else f", in part {number} of the example"


RULES = (
    Rule("unequal_shapes", _unequal),
    Rule("padded_too_short", _too_long),
    Rule("padded_rank", _other_rank),
    Rule("sparse_row", _larger_row),
)
