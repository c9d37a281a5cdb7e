"""Memory of a container is what its control group leaves, not what the machine has."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from core.machine_memory import available_bytes, memory_limit_bytes, oom_kills


def group(folder: Path, limit: str, used: str = "0", statistic: str = "") -> tuple:
    (folder / "memory.max").write_text(limit)
    (folder / "memory.current").write_text(used)
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {statistic or 0}\n")
    return ((str(folder), "memory.max", "memory.current", "inactive_file"),)


def test_a_limit_below_the_machines_memory_holds(tmp_path: Path) -> None:
    groups = group(tmp_path, "1000000", "600000", "100000")
    assert memory_limit_bytes(groups) == 1_000_000
    assert available_bytes(groups) == pytest.approx(500_000)


def test_without_a_limit_the_machine_counts(tmp_path: Path) -> None:
    total = psutil.virtual_memory().total
    assert memory_limit_bytes(group(tmp_path, "max")) == total
    assert memory_limit_bytes(()) == total
    # As version 1 says that there is no limit.
    assert memory_limit_bytes(group(tmp_path, "9223372036854771712")) == total
    assert 0 < available_bytes(groups=group(tmp_path, "max")) <= total


def test_the_system_says_how_often_it_killed_for_want_of_memory(tmp_path: Path) -> None:
    first, second = tmp_path / "2", tmp_path / "1"
    for folder in (first, second):
        folder.mkdir()
    (first / "memory.events").write_text("low 0\nhigh 3\noom 2\noom_kill 2\n")
    (second / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 5\n")
    assert oom_kills((str(first), str(second), str(tmp_path))) == 7
    assert oom_kills((str(tmp_path),)) is None
