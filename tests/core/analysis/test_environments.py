from __future__ import annotations

from dataclasses import replace

from core.analysis.doubts.environments import NOT_SEEN, EnvironmentRow, environment_rows
from core.model.kinds import Value
from core.model.run import Run
from tests.builders import run_of


def run_in(number: int, device: str = "cpu", **environment: Value) -> Run:
    run = run_of(number=number, values={"fit.device": device})
    return replace(run, environment=environment)


def rows(*runs: Run) -> dict[str, EnvironmentRow]:
    return {row.label: row for row in environment_rows(runs)}


def test_the_device_comes_first_then_versions_machine_and_engine() -> None:
    found = environment_rows(
        (
            run_in(1, tensorflow="2.21.0", cores=2, engine="in this process"),
            run_in(2, "emulated:20", tensorflow="2.20.0", cores=2, engine="in this process"),
        )
    )
    assert [(row.label, row.differs) for row in found] == [
        ("device", True),
        ("TensorFlow", True),
        ("cores", False),
        ("engine", False),
    ]
    assert found[0].values == ("cpu", "emulated:20")


def test_what_one_run_does_not_tell_is_unknown_and_differs() -> None:
    found = rows(run_in(1, cores=2, gpus="none"), run_in(2, cores=2))["GPUs"]
    assert found.values == ("none", "unknown")
    assert found.differs


def test_a_run_that_was_never_looked_at_neither_differs_nor_agrees() -> None:
    found = rows(run_in(1, cores=2), run_in(2))["cores"]
    assert found.values == ("2", NOT_SEEN)
    assert not found.differs


def test_sizes_of_memory_that_differ_do_not_look_alike() -> None:
    same = rows(run_in(1, memory_bytes=8_200_000_000), run_in(2, memory_bytes=8_200_000_000))
    assert same["memory (GB)"].values == ("8.20", "8.20")
    close = rows(run_in(1, memory_bytes=8_200_000_000), run_in(2, memory_bytes=8_200_000_512))
    assert close["memory (GB)"].differs
    assert len(set(close["memory (GB)"].values)) == 2
