"""Which generators make each of their items by itself, and what becomes of those that do."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.model.errors import InputError
from core.process_pool.item_loop import in_processes, item_loop

ONE_BY_ONE = [
    "for x in xs: yield x",
    "for x in xs:\n  y = [x for x in range(x)]\n  for z in y:\n    if z: break\n  yield y",
    "while True:\n  for x, y in xs:\n    with open(x) as f:\n      z = f.read()\n    yield z, y",
    "for x in xs:\n  def f(y): return y + x\n  x += 1\n  yield f(x)",
]
REFUSED = {
    "for x in xs:\n  total = total + x\n  yield total": "total is taken over",
    "n = 0\nfor x in xs:\n  n += 1\n  yield n": "n is taken over",
    "for x in xs:\n  if x: continue\n  yield x": "passed over",
    "for x in xs:\n  if x: break\n  yield x": "can be left",
    "for x in xs:\n  for y in x: pass\n  else: break\n  yield x": "can be left",
    "for x in xs:\n  while x: x -= 1\n  else: continue\n  yield x": "passed over",
    "for x in xs:\n  yield x\n  done(x)": "does not end a for loop",
    "for x in xs:\n  yield x\nyield 0": "in one place",
    "yield from xs": "in one place",
    "for x in xs:\n  y = f(x)\n  yield y\nprint(y)": "y is used outside",
    "for x in xs:\n  if x:\n    yield x": "does not end a for loop",
    "for x in xs:\n  got = yield x": "does not end a for loop",
}


def generator_of(body: str) -> ast.FunctionDef:
    indented = "\n".join(f"  {line}" for line in body.splitlines())
    (function,) = ast.parse(f"def items(xs):\n{indented}").body
    assert isinstance(function, ast.FunctionDef)
    return function


@pytest.mark.parametrize("body", ONE_BY_ONE)
def test_the_loop_that_makes_the_items_is_seen(body: str) -> None:
    assert item_loop(generator_of(body)).body


@pytest.mark.parametrize(("body", "why"), REFUSED.items(), ids=REFUSED.values())
def test_what_is_not_made_one_by_one_is_refused_with_the_reason(body: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        item_loop(generator_of(body))


class Shelf:
    def __init__(self, books: list[str]) -> None:
        self.books = books

    def pages(self, first: int, *, step: int = 2) -> Iterator[tuple[int, str]]:
        shift = 100
        for number, book in enumerate(self.books, first):
            page = shift + step * number
            yield page, book
        yield_none = [shift]
        del yield_none


def test_a_bound_generator_goes_through_the_same_items_in_the_same_places() -> None:
    given: list[Any] = []

    def in_order(make: Callable[..., Any], values: Any) -> Iterator[Any]:
        for value in values:
            given.append(value)
            yield make(value)

    shelf = Shelf(["a", "b"])
    made = in_processes(shelf.pages, in_order)
    assert list(made(1, step=3)) == list(shelf.pages(1, step=3)) == [(103, "a"), (106, "b")]
    assert given == [(1, "a"), (2, "b")]
    assert made.__code__.co_filename == shelf.pages.__code__.co_filename
