"""What is kept in memory, against the memory that there is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.analysis.findings import Finding, findings
from core.cli.running.preflight import warn
from core.model.kinds import Value
from core.model.recorded_call import RecordedCall
from core.workloads.catalogue import workload
from tests.core.analysis.findings.chains import call, settings_of
from tests.core.workloads.conftest import save_image

FREE = 1e9
MEGABYTE = 1_000_000


def large(method: str, number: int | None = 5000, **given: Any) -> RecordedCall:
    """A call that delivers so many elements of a megabyte."""
    return replace(call(method, **given), elements=number, element_bytes=MEGABYTE)


def found(*calls: RecordedCall, free: float | None = FREE, **changes: Value) -> list[Finding]:
    every = findings(settings_of(*calls, **changes), memory_bytes=free)
    return [one for one in every if one.key == "beyond_memory"]


SOURCE = large("from_tensor_slices")


def test_a_cache_larger_than_what_is_free_is_found_with_its_size() -> None:
    (one,) = found(SOURCE, large("cache"))
    assert one.severity == "wrong"
    assert one.title == "cache larger than memory"
    assert "5,000 elements of 1 MB, 5 GB" in one.why
    assert "1 GB of memory are free" in one.why
    assert dict(one.change) == {"cache.enabled": False}


def test_a_shuffle_buffer_is_found_by_what_it_holds_and_a_size_that_fits_is_proposed() -> None:
    (one,) = found(SOURCE, large("shuffle", buffer_size=2000))
    assert one.title == "shuffle buffer larger than memory"
    assert "2,000 elements" in one.why
    assert dict(one.change) == {"shuffle.buffer_size": 500}
    assert found(SOURCE, large("shuffle", buffer_size=2000), shuffle__buffer_size=500) == []


def test_a_buffer_holds_no_more_than_there_is() -> None:
    few = large("from_tensor_slices", 900)
    assert found(few, large("shuffle", 900, buffer_size=100_000)) == []


def test_a_prefetch_of_many_large_batches_is_found() -> None:
    (one,) = found(SOURCE, large("prefetch", buffer_size=1200))
    assert one.title == "prefetch buffer larger than memory"
    assert found(SOURCE, large("prefetch", buffer_size="autotune")) == []


@pytest.mark.parametrize(
    "calls",
    [
        (large("from_generator", None), large("cache", None)),
        (replace(SOURCE, element_bytes=None), replace(large("cache"), element_bytes=None)),
        (SOURCE, large("cache", filename="/data/kept")),
        (SOURCE, large("repeat", -1), large("cache", -1)),
        (SOURCE, large("cache"), large("take", 10, count=10)),
    ],
    ids=["unknown number", "unknown size", "on disk", "endless", "only a few are asked for"],
)
def test_nothing_is_said_where_it_may_well_fit_or_nobody_knows(
    calls: tuple[RecordedCall, ...],
) -> None:
    assert found(*calls) == []


def test_without_a_look_at_memory_nothing_is_said() -> None:
    assert found(SOURCE, large("cache"), free=None) == []


def test_a_run_of_few_batches_fills_no_more_of_the_cache() -> None:
    chain = SOURCE, large("cache"), call("batch", batch_size=10)
    assert found(*chain) != []
    assert found(*chain, fit__steps_per_epoch=20, fit__epochs=2) == []
    assert found(*chain, fit__steps_per_epoch=200, fit__epochs=2) != []


def test_batches_behind_which_a_cache_stands_count_with_their_examples() -> None:
    batch = replace(call("batch", batch_size=100), elements=50)
    (one,) = found(SOURCE, batch, replace(call("cache"), elements=50))
    assert "50 elements of 100 MB, 5 GB" in one.why


def test_batches_of_another_size_than_the_codes_leave_it_open() -> None:
    batch = replace(call("batch", batch_size=100), elements=50)
    assert found(SOURCE, batch, replace(call("cache"), elements=50), batch__batch_size=7) == []


def test_a_folder_of_images_is_warned_of_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("core.cli.running.preflight.available_bytes", lambda: 4e6)
    for name in ("cats/1.jpg", "cats/2.jpg", "dogs/1.jpg"):
        save_image(tmp_path / name, 10)
    folder = workload("image_folder")
    plain = folder.chain.defaults().with_values({"source.folder": str(tmp_path)})
    cached = plain.with_values({"map.image_size": 512, "cache.where": "memory"})
    warn(folder, cached, tmp_path)
    said = capsys.readouterr().err
    assert "Warning: cache: cache larger than memory." in said
    assert "3 elements of 3.15 MB, 9.44 MB" in said
    for harmless in (
        {"cache.where": "disk"},
        {"cache.position": "before_map"},
        {"map.image_size": 64},
    ):
        warn(folder, cached.with_values(harmless), tmp_path)
    assert capsys.readouterr().err == ""


def test_a_buffer_of_hundreds_of_megabytes_is_a_hint_where_it_fits() -> None:
    settings = workload("in_memory").chain.defaults().with_values({"shuffle.buffer_size": 6000})
    keys = {
        one.key
        for one in findings(settings, examples=6000, example_bytes=100_000, memory_bytes=8e9)
    }
    assert "large_fill" in keys
    small = findings(settings, examples=6000, example_bytes=1000, memory_bytes=8e9)
    assert "large_fill" not in {one.key for one in small}
