from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.model.errors import ExplorerError, InputError
from core.timeline import open_trace as opening
from core.timeline.open_trace import open_trace
from core.timeline.rows import EventKind, Row, RowPart, RowStatistics, statistics
from core.timeline.save import save_chrome, save_profile
from core.timeline.story import tell
from tests.core.timeline.builders import files_read_one_by_one, held_up_parallel_map, with_gpu


@pytest.mark.parametrize("name", ["t.xplane.pb", "t.xplane.pb.gz"])
def test_a_trace_opens_compressed_or_not(tmp_path: Path, name: str) -> None:
    data = with_gpu().data()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    capture = open_trace(tmp_path / name)
    assert len(capture.devices) == 3
    assert {track.name for track in capture.hosts} >= {"python", "tf_data_iterator_get_next"}


@pytest.mark.parametrize("make", [files_read_one_by_one, held_up_parallel_map, with_gpu])
@pytest.mark.parametrize("name", ["t.json", "t.trace.json.gz"])
def test_a_saved_chrome_trace_says_the_same(tmp_path: Path, name: str, make: object) -> None:
    capture = make().capture()  # type: ignore[operator]
    save_chrome(capture, tmp_path / name)
    if not name.endswith(".gz"):
        assert json.loads((tmp_path / name).read_text())["displayTimeUnit"] == "ms"
        (tmp_path / name).rename(tmp_path / "t.trace.json")
        name = "t.trace.json"
    again = open_trace(tmp_path / name)
    assert again.events == capture.events
    assert tell(again).sentences == tell(capture).sentences


def test_the_latest_trace_of_a_profile_folder_opens(tmp_path: Path) -> None:
    old = tmp_path / "plugins" / "profile" / "2020_01_01"
    old.mkdir(parents=True)
    (old / "host.xplane.pb").write_bytes(files_read_one_by_one().data())
    os.utime(old / "host.xplane.pb", (1, 1))
    file = tmp_path / "t.xplane.pb"
    file.write_bytes(with_gpu().data())
    saved = save_profile(file, tmp_path / "log")
    (tmp_path / "log" / "older").mkdir()
    assert saved.parent == tmp_path / "log" / "plugins" / "profile"
    assert open_trace(tmp_path / "log").devices
    assert not open_trace(old.parent).devices


def refused(path: Path) -> InputError:
    with pytest.raises(InputError) as raised:
        open_trace(path)
    assert path.name in raised.value.what
    assert raised.value.expected or raised.value.remedy
    return raised.value


@pytest.mark.parametrize("ending", [".xplane.pb", ".xplane.pb.gz", ".trace.json.gz", ".json.gz"])
@pytest.mark.parametrize("content", [b"", b"\x1f\x8b", b"no trace at all, but text", bytes(999)])
def test_a_foreign_file_is_refused(tmp_path: Path, ending: str, content: bytes) -> None:
    file = tmp_path / f"foreign{ending}"
    file.write_bytes(content)
    refused(file)


def test_a_cut_file_is_refused_or_read_as_far_as_it_goes(tmp_path: Path) -> None:
    data = gzip.compress(with_gpu().data())
    file = tmp_path / "cut.xplane.pb.gz"
    for length in range(20, len(data) - 1, 997):
        file.write_bytes(data[:length])
        assert "whole" in str(refused(file))


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"traceEvents": 3},
        {"traceEvents": [3, {"ph": "X"}]},
        {"traceEvents": [{"ph": "X", "ts": "soon", "name": "a"}]},
        {"traceEvents": [{"ph": "X", "ts": 1e300, "dur": 1, "name": "a"}, {"ph": "X", "ts": 0}]},
    ],
)
def test_json_that_is_no_trace_is_refused(tmp_path: Path, document: object) -> None:
    file = tmp_path / "odd.trace.json"
    file.write_text(json.dumps(document))
    refused(file)


def test_a_huge_file_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "huge.xplane.pb"
    with file.open("wb") as huge:
        huge.truncate(10**9)
    assert "too large: 1.00 GB" in str(refused(file))
    # A small file may hold a huge one.
    monkeypatch.setattr(opening, "MOST_BYTES", {"xplane": 5 * 10**6, "json": 10**6})
    packed = tmp_path / "bomb.xplane.pb.gz"
    packed.write_bytes(gzip.compress(bytes(20 * 10**6)))
    assert "too large" in str(refused(packed))


def test_a_file_that_does_not_fit_into_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "t.xplane.pb"
    file.write_bytes(with_gpu().data())
    monkeypatch.setattr(opening, "available_bytes", lambda: 1000.0)
    assert "1.00 kB are free" in str(refused(file))


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    refused(tmp_path / "missing.xplane.pb")
    refused(tmp_path)


def test_impossible_times_are_refused(tmp_path: Path) -> None:
    trace = with_gpu()
    trace.add("python", "odd", 0.0, 5e9)
    file = tmp_path / "odd.xplane.pb"
    file.write_bytes(trace.data())
    assert "impossible time" in str(refused(file))


def test_lines_that_xprof_derives_are_left_out() -> None:
    names = {track.name for track in with_gpu().capture().devices}
    assert names == {"Stream #13(Compute)", "Stream #14(MemcpyH2D)", "Stream #15(Compute)"}


def test_events_are_in_order_of_time_and_parents_come_first() -> None:
    for track in files_read_one_by_one().capture().tracks:
        assert (np.diff(track.start_s) >= 0).all()
        alike = np.flatnonzero(np.diff(track.start_s) == 0)
        assert (track.end_s[alike] >= track.end_s[alike + 1]).all()


def test_the_share_of_a_row_counts_no_moment_twice() -> None:
    def part(tone: EventKind, start_s: float, end_s: float) -> RowPart:
        return RowPart(tone, np.array([start_s]), np.array([end_s]), np.array([0]))

    row = Row("map", "", (part(EventKind.STAGE, 0.0, 0.4), part(EventKind.FUNCTION, 0.2, 0.5)))
    assert statistics(row, 0.0, 1.0) == RowStatistics("map", 2, pytest.approx(0.7), 0.5)
    assert statistics(Row("empty", "", ()), 0.0, 1.0) == RowStatistics("empty", 0, 0.0, 0.0)


def test_a_trace_that_cannot_be_saved_whole_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tmp_path / "t.trace.json"
    before.write_text("an earlier one")

    def full(capture: object) -> Iterator[object]:
        yield {}
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.timeline.save._events", full)
    with pytest.raises(ExplorerError, match=r"No space left on device.*make room"):
        save_chrome(with_gpu().capture(), before)
    assert [file.name for file in tmp_path.iterdir()] == [before.name]
    assert before.read_text() == "an earlier one"


def test_a_damaged_trace_is_not_saved_as_a_profile(tmp_path: Path) -> None:
    file = tmp_path / "t.xplane.pb.gz"
    file.write_bytes(gzip.compress(with_gpu().data())[:-20])
    with pytest.raises(InputError, match="damaged"):
        save_profile(file, tmp_path / "logs")
    assert not list((tmp_path / "logs").rglob("*.pb"))
