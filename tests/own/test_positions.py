"""Which call of a file an instruction makes, found as Python 3.10 has to."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest

from core.user_code.observed.positions import position, position_by_text

_TEXT = """
class Chain:
    def step(self, *values, **named):
        mark(); return self

def mark(value=None):
    seen()
    return value

def chain():
    data = (
        Chain()
        .step(mark(1), x=mark(2)).step(*[mark(3)])
        .step(
            mark(mark(4)),
            **{"y": mark(5)},
        )
    )
    with open(__file__) as file:
        mark(file.name)
    return [mark(n) for n in (1, 2)], {mark(6): data}

first, second = lambda: mark(7), lambda: mark(7)
class Made:
    value = mark(8)
try:
    chain(), first(), second(), Chain().step(mark(9)).step()
finally:
    mark(10)
"""


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 does not know what is right")
def test_the_text_tells_the_same_as_python_does(tmp_path: Path) -> None:
    file = tmp_path / "calls.py"
    file.write_text(_TEXT, encoding="utf-8")
    told: list[tuple[object, object]] = []

    def seen() -> None:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename == str(file):
            told.append((position_by_text(frame), position(frame)))
            frame = frame.f_back

    exec(compile(_TEXT, str(file), "exec"), {"seen": seen, "__file__": str(file)})
    assert len(told) > 40
    unlike = {(text, python) for text, python in told if text != python}
    # Neither a comprehension, which has no frame of its own from Python 3.12 on, nor a class is a
    # call of the text; two lambdas of one line are made of the same code.
    comprehensions = [(21, 21, 11, 36)] if sys.version_info < (3, 12) else []
    body, lambdas = (24, 25, 0, 19), ((23, 23, 24, 31), (23, 23, 41, 48))
    assert unlike == {(None, spot) for spot in (*comprehensions, body, *lambdas)}
