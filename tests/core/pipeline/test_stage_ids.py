"""Ids of the stages of people's own code, as they type them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.model.recorded_call import FunctionSeen, Site
from core.user_code.observed.calls import stage_ids
from core.user_code.observed.seen import Seen


def ids(*calls: str, line: int = 1) -> list[str]:
    """Ids of calls given as ``method`` or ``method function``, each in a line of its own."""
    return stage_ids([_seen(text, number) for number, text in enumerate(calls, line)])


def _seen(text: str, line: int) -> Seen:
    method, _, function = text.partition(" ")
    path = (Site("train.py", 90), Site("/lib/utils.py", line, library=True))
    seen = FunctionSeen(function) if function else None
    return Seen(method, path, {}, (), (), None, function=seen)


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (("range", "map decode", "batch"), ["range", "map", "batch"]),
        (("map decode", "map augment"), ["map[decode]", "map[augment]"]),
        (("map decode", "map lambda", "map lambda"), ["map[decode]", "map[2]", "map[3]"]),
        (("map decode", "batch", "map decode"), ["map[decode-1]", "batch", "map[decode-2]"]),
        (("from_tensors", "from_tensors"), ["from_tensors[1]", "from_tensors[2]"]),
        (("map abs, sqrt, neg", "map abs"), ["map[1]", "map[abs]"]),
        (("map a.b", "map c"), ["map[a_b]", "map[c]"]),
        (("TFRecordDataset", "TFRecordDataset"), ["tfrecord[1]", "tfrecord[2]"]),
    ],
)
def test_ids_are_short_and_made_of_kind_and_function(
    calls: tuple[str, ...], expected: list[str]
) -> None:
    assert ids(*calls) == expected


def test_what_a_function_of_tensorflow_makes_for_itself_does_not_count() -> None:
    inner = [replace(_seen("shuffle", 1), made_by="make_csv_dataset") for _ in range(2)]
    expected = ["shuffle[make_csv_dataset-1]", "shuffle[make_csv_dataset-2]", "shuffle"]
    assert stage_ids([*inner, _seen("shuffle", 2)]) == expected


def test_ids_stay_when_lines_move() -> None:
    calls = ("from_tensors", "map decode", "from_tensors", "zip", "map lambda", "map decode")
    assert ids(*calls) == ids(*calls, line=300)
