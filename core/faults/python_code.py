"""Python functions in a pipeline, and everything else that a person's own code raises."""

from __future__ import annotations

import re

from core.faults.raised import Raised
from core.faults.reading import at
from core.faults.rule import Rule, Told
from core.faults.scene import Scene
from core.faults.words import short

_ELSEWHERE = re.compile(r"Could not find callback with key=(?P<key>\S+)")
_SHAPE = re.compile(
    r"`generator` yielded an element of shape (?P<got>.+?) where an element of shape (?P<want>.+?) "
    r"was expected"
)
_TYPE = re.compile(
    r"could not be converted to the expected type. The expected type was (?P<want>\w+), but the "
    r"yielded element was (?P<got>.+?)\.?$",
    re.DOTALL,
)
_STRUCTURE = re.compile(r"structure.*Expected (?P<want>.+?) but got (?P<got>.+?)\.?$", re.DOTALL)


def _elsewhere(raised: Raised, scene: Scene) -> Told | None:
    found = _ELSEWHERE.search(raised.whole)
    if found is None:
        return None
    return Told(
        f"A Python function of the pipeline ({found['key']}) is called in a process that does not "
        f"have it{at(raised, scene)}",
        "TensorFlow operations alone in what runs in another process (tf.data service, a saved "
        "dataset)",
        "Write the function with TensorFlow operations, or read the data in this process.",
    )


def _generator(raised: Raised, scene: Scene) -> Told | None:
    if "`generator` yielded" not in raised.text:
        return None
    if found := _SHAPE.search(raised.text):
        got, want = f"of shape {found['got']}", f"shape {found['want']}"
    elif found := _TYPE.search(raised.text):
        got, want = f"that is no {found['want']}: {short(found['got'], 60)}", found["want"]
    elif found := _STRUCTURE.search(raised.text):
        got, want = f"of the structure {short(found['got'], 60)}", short(found["want"], 80)
    else:
        return Told(
            f"{raised.said}{at(raised, scene)}",
            "elements as output_signature describes them",
            "Mend the generator, or its output_signature.",
        )
    which = f" {scene.generator()}" if scene.generator() else ""
    return Told(
        f"The generator{which} gave an element {got}{at(raised, scene)}",
        f"{want}, as output_signature says",
        "Mend the generator, or its output_signature (None stands for any length).",
    )


def _in_python(raised: Raised, scene: Scene) -> Told | None:
    """A Python function that TensorFlow called and that is nobody's own."""
    if raised.place or not raised.in_python:
        return None
    return Told(
        f"A Python function in the pipeline raised {raised.said}{at(raised, scene)}",
        "a function that takes every element of the data",
        "The details show the line that raised it.",
    )


FIRST = (Rule("python_elsewhere", _elsewhere), Rule("generator", _generator))
LAST = (Rule("python_function", _in_python),)
