"""Readers against a fuzzer: a short pass, the same one each time; ``benchmarks.fuzz`` is longer."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.file_targets import FILE_TARGETS
from tests.fuzz.targets import TARGETS, Target

EXAMPLES = 60
"""Of each; enough to notice a reader that lost a check, and no more than seconds."""


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_reader_gives_a_value_or_its_own_error(target: Target) -> None:
    run(target)


@pytest.mark.parametrize("target", FILE_TARGETS, ids=lambda target: target.name)
def test_a_file_from_anywhere_changes_nothing_but_what_is_said(target: Target) -> None:
    run(target)


def run(target: Target) -> None:
    @settings(
        max_examples=max(5, int(EXAMPLES * target.weight)),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(target.given)
    def holds(example: object) -> None:
        target.check(example)

    holds()
