"""Mistakes that the number of elements shows, and what an element is."""

from __future__ import annotations

from core.analysis.findings import Severity
from tests.core.analysis.findings.chains import BATCH, CHEAP, PREFETCH, SOURCE, call, found

FEW = call("from_tensor_slices", elements=100)


def test_a_pipeline_that_gives_nothing_is_wrong_before_any_run() -> None:
    finding = found(FEW, BATCH, call("skip", count=60))["nothing_left"]
    assert finding.severity is Severity.WRONG
    assert finding.stage == "skip"
    assert "batches, not examples" in finding.why
    assert finding.remedy == "Put it in front of the batch."


def test_a_pipeline_that_gives_something_is_not() -> None:
    assert "nothing_left" not in found(FEW, BATCH, call("skip", count=2))
    assert "nothing_left" not in found(call("TFRecordDataset"), BATCH, call("skip", count=60))


def test_a_skip_behind_the_batch_says_how_many_examples_that_are() -> None:
    finding = found(SOURCE, BATCH, call("skip", count=10))["skips_batches"]
    assert finding.severity is Severity.HINT
    assert "320 examples" in finding.why
    assert "skips_batches" not in found(SOURCE, call("skip", count=10), BATCH)


def test_a_batch_of_batches_is_told_unless_something_stands_between() -> None:
    twice = call("batch", "batch[2]", batch_size=8)
    assert "8 batches of 32" in found(SOURCE, BATCH, twice)["batch_of_batches"].why
    assert "batch_of_batches" not in found(SOURCE, BATCH, call("unbatch"), twice)
    assert "batch_of_batches" not in found(SOURCE, BATCH, call("map", function=CHEAP), twice)
    assert "batch_of_batches" not in found(SOURCE, BATCH, PREFETCH)
