"""What the id of a person's own code follows from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.model.user_code import Opened, content_id


@dataclass(frozen=True)
class LaterFunctionSeen(FunctionSeen):
    """As a later version might have it."""

    noticed: bool = False


def opened(function: FunctionSeen) -> Opened:
    call = RecordedCall("map", "map", (Site("train.py", 3),), function=function)
    return Opened((call,), "", has_model=False, validation=False, stamp="abc")


def test_what_a_later_version_may_notice_too_leaves_the_ids_of_recorded_code_as_they_are() -> None:
    now, later = FunctionSeen("f", line=2), LaterFunctionSeen("f", line=2)
    assert content_id(opened(now)) == content_id(opened(later))
    assert content_id(opened(now)) != content_id(opened(replace(later, noticed=True)))
    assert content_id(opened(now)) != content_id(opened(replace(now, python=True)))
