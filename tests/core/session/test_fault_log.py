"""Faults of the program are kept in a file that does not grow without end."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.session import fault_log
from core.session.fault_log import FaultLog


def add(log: FaultLog, text: str = "a fault") -> bool:
    try:
        raise ValueError(text)
    except ValueError:
        kind, error, where = sys.exc_info()
    assert kind is not None
    assert error is not None
    return log.add(kind, error, where)


def test_a_fault_is_kept_with_its_traceback_and_versions(tmp_path: Path) -> None:
    log = FaultLog(tmp_path)
    assert add(log, "the first \udcff")
    assert add(log, "the second")
    text = log.path.read_text(encoding="utf-8")
    assert text.count("--- 20") == 2
    assert "ValueError: the first \\udcff" in text
    assert "in add" in text
    assert f"Python {sys.version.split()[0]}" in text


def test_a_long_one_is_cut_and_a_long_file_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fault_log, "MOST_BYTES", 100_000)
    log = FaultLog(tmp_path)
    for _ in range(5):
        assert add(log, 1_000_000 * "x")
    assert {one.name for one in tmp_path.iterdir()} == {"faults.log", "faults.log.1"}
    assert sum(one.stat().st_size for one in tmp_path.iterdir()) < 400_000


def test_where_it_cannot_be_written_nothing_is_raised(tmp_path: Path) -> None:
    assert not add(FaultLog(tmp_path / "gone"))
