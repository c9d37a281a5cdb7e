"""People's own code is opened in a process of its own, which answers with plain values and ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.engines import opening
from core.engines.engines import Engines
from core.engines.spare import SpareState
from core.model.errors import Cancelled, InputError, RunError
from core.model.plan import WINDOW
from core.model.to_open import ToOpen
from core.user_code.function_workload import UserFunctionWorkload
from core.workloads.workload import Workload
from tests.core.engines.conftest import left_of, plan_of
from tests.core.engines.test_spare import States
from tests.fuzz.valid import OWN


def opened(engines: Engines, name: str, folder: Path) -> Workload:
    wanted = ToOpen(f"{folder / 'train.py'}:{name}")
    return engines.open(wanted, lambda at: None, lambda: False)


def test_the_answer_is_a_workload_and_nothing_is_left_of_the_process(
    engines: Engines, tmp_path: Path, mark: str
) -> None:
    said: list[str] = []
    wanted = ToOpen(f"{tmp_path / 'train.py'}:make_dataset")
    found = engines.open(wanted, said.append, lambda: False)
    assert isinstance(found, UserFunctionWorkload)
    assert found.function.id == wanted.text
    assert found.opened.element_spec == "a batch"
    assert said == ["running its code"]
    assert not left_of(mark)


def test_a_spare_process_takes_it_and_the_next_one_is_got_ready_for_the_run(
    engines: Engines, tmp_path: Path
) -> None:
    states = States(engines)
    engines.warm()
    states.wait_for(SpareState.READY)
    wanted = ToOpen(f"{tmp_path / 'train.py'}:make_dataset")
    engines.open(wanted, lambda at: None, lambda: False, warm=True)
    assert states.seen[:4] == [
        SpareState.LOADING, SpareState.READY, SpareState.NONE, SpareState.LOADING,
    ]  # fmt: skip
    states.wait_for(SpareState.READY)


def test_what_could_not_be_opened_is_told_as_the_process_told_it(
    engines: Engines, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        opened(engines, "missing", tmp_path)
    assert str(caught.value) == "no such function. Expected: another. Look."
    assert caught.value.details == "At."
    with pytest.raises(RunError, match=r"train\.py:fault .*ZeroDivisionError: of all things") as e:
        opened(engines, "fault", tmp_path)
    assert "What it printed last:\n\nsaid before the fault\n" in e.value.details


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("exit", "The process that opens train.py:exit ended before it answered while running "),
        ("crash", "The process that opens train.py:crash crashed while running its code (SIGSEGV"),
        ("kill", "killed"),
        (
            "garbage",
            "The process that opens train.py:garbage sent invalid data on its event pipe (no frame",
        ),
    ],
)
def test_code_that_ends_its_process_costs_the_opening_alone(
    engines: Engines, tmp_path: Path, mark: str, name: str, said: str
) -> None:
    with pytest.raises(RunError) as caught:
        opened(engines, name, tmp_path)
    assert said in caught.value.what
    assert "What was measured" not in str(caught.value)
    assert not left_of(mark)


@pytest.mark.parametrize("name", ["endless", "deaf"])
def test_an_endless_opening_can_be_given_up_and_may_tidy_up(
    engines: Engines,
    tmp_path: Path,
    mark: str,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if name == "endless":
        # As long as it takes to tidy up, on any machine.
        monkeypatch.setattr(opening, "_PATIENCE_S", 60.0)
    wanted, begun = ToOpen(f"{tmp_path / 'train.py'}:{name}"), tmp_path / "begun"
    with pytest.raises(Cancelled):
        engines.open(wanted, lambda at: None, begun.exists)
    assert (tmp_path / "tidied").exists() is (name == "endless")
    assert not left_of(mark)


def test_own_code_never_trains_in_this_process_whatever_its_plan_says(engines: Engines) -> None:
    ran_here: list[object] = []
    engines._window_fit = lambda plan, emit, cancelled: ran_here.append(plan)
    plan = plan_of("whole", WINDOW)
    engines.fit(plan, lambda event: None, lambda: False)
    assert ran_here == [plan]
    own = replace(plan, code=OWN)
    engines.fit(own, lambda event: None, lambda: False)
    assert ran_here == [plan]
