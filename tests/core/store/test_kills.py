"""A short pass of ``benchmarks.kills``: programs that record are killed at random moments."""

from __future__ import annotations

import sys

import pytest

from benchmarks.kills import WAYS, kills


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_nothing_that_was_acknowledged_is_lost_whenever_the_program_is_killed() -> None:
    (scripted,) = (way for way in WAYS if way.name == "scripted")
    assert kills(scripted, 4) == []
