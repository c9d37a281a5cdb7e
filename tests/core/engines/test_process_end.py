"""How an isolated run ends: by itself, and in every way that it should not."""

from __future__ import annotations

import sys

import pytest

from core.engines.engines import Engines
from core.engines.process_end import MemoryLook, ProcessEnd
from core.model.events import EpochBegan, OutputPrinted, Phase, PhaseStarted
from core.model.run import RunState
from tests.builders import even_samples, events_of
from tests.core.engines.conftest import carry, left_of
from tests.core.engines.scripted_child import STEPS, first_steps


def test_events_come_as_they_were_said(engines: Engines) -> None:
    told = carry(engines, "whole")
    first, *rest = told.events
    # TensorFlow is being loaded from the start on, whatever the process has said by then.
    assert first == PhaseStarted(Phase.LOADING_TENSORFLOW, 0.0)
    assert list(map(repr, rest)) == list(map(repr, events_of(even_samples())))
    assert told.last.state is RunState.DONE


def test_what_is_said_behind_the_last_word_counts_for_nothing(engines: Engines) -> None:
    told = carry(engines, "chatter_after")
    assert told.last.state is RunState.DONE
    assert told.run.samples.steps == STEPS


def test_events_of_several_threads_come_whole(engines: Engines) -> None:
    told = carry(engines, "threads")
    assert told.last.state is RunState.DONE
    assert sum(isinstance(event, EpochBegan) for event in told.events) == 201


def test_what_is_printed_never_gets_among_the_events(
    engines: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    told = carry(engines, "print")
    assert told.last.state is RunState.DONE
    printed = [event for event in told.events if isinstance(event, OutputPrinted)]
    others = [event for event in told.events[1:-1] if event not in printed]
    assert list(map(repr, others)) == list(map(repr, first_steps()))
    assert "by Python, on stdout" in "".join(event.text for event in printed)
    out, err = capsys.readouterr()
    assert out == ""
    for words in ("by Python, on stdout", "by Python, on stderr", "by number", "by a program"):
        assert words in err


def test_a_process_that_does_not_end_after_its_last_word_is_ended(
    engines: Engines, mark: str
) -> None:
    told = carry(engines, "linger")
    assert told.last.state is RunState.DONE
    assert not left_of(mark)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit", "ended before the run did while training, after 5 steps, with exit code 7"),
        ("crash", "crashed while training, after 5 steps (SIGSEGV"),
        ("abort", "Memory ran out: its process ended with SIGABRT while training"),
        ("kill", "killed"),
        ("unknown_flag", "XLA ended the process of this run: Unknown flag in XLA_FLAGS: --xla_no"),
        (
            "garbage",
            "sent invalid data on its event pipe (no frame begins with b'this is no record",
        ),
        ("close_all", "while training, after 5 steps"),
        ("raise", "ZeroDivisionError: of all things"),
        ("say_nothing", "ended without saying how"),
    ],
)
def test_a_run_that_breaks_off_says_how_and_keeps_its_steps(
    engines: Engines, mark: str, script: str, said: str
) -> None:
    told = carry(engines, script)
    assert told.last.state is RunState.FAILED
    failure = told.last.failure
    assert failure is not None
    assert said in failure.what
    assert "Graph execution error" not in failure.text()
    assert told.run.samples.steps == STEPS
    assert not left_of(mark)


def test_the_details_have_what_was_printed_last(engines: Engines) -> None:
    failure = carry(engines, "exit").last.failure
    assert failure is not None
    assert "said before the end" in failure.details


@pytest.mark.skipif(sys.platform != "linux", reason="the trace is told otherwise elsewhere")
def test_the_details_of_a_crash_have_the_line_of_python(engines: Engines) -> None:
    failure = carry(engines, "crash").last.failure
    assert failure is not None
    assert "Fatal Python error: Segmentation fault" in failure.details
    assert "scripted_child.py" in failure.details


def test_after_a_run_that_broke_off_the_next_one_is_as_ever(engines: Engines) -> None:
    carry(engines, "kill")
    assert carry(engines, "whole").last.state is RunState.DONE


# -- in words ------------------------------------------------------------------------------------

_GB = 1e9


def test_a_killed_process_that_had_most_of_the_memory_ran_out_of_it() -> None:
    look = MemoryLook(6.1 * _GB, 0.2 * _GB, 8.0 * _GB)
    failure = ProcessEnd(-9, "", "training", 40, look).failure()
    assert failure.what == (
        "Most likely memory ran out: its process was killed (SIGKILL) while training, after 40 "
        "steps; it had 6.1 GB of 8.0 GB when last looked at"
    )
    assert "shuffle" in failure.remedy


def test_where_the_system_counts_it_there_is_no_doubt() -> None:
    failure = ProcessEnd(-9, "", "training", 40, None, oom_kills=1).failure()
    assert failure.what.startswith("Memory ran out: the system killed its process (SIGKILL)")


def test_a_small_process_that_was_killed_is_not_said_to_have_been_too_large() -> None:
    look = MemoryLook(0.7 * _GB, 50.0 * _GB, 64.0 * _GB)
    failure = ProcessEnd(-9, "", "training", 40, look).failure()
    assert failure.what.startswith("The process of this run was killed from outside")
    assert "0.7 GB of 64.0 GB" in failure.what


_TWO_THREADS = "terminate called after throwing an instance of 'terminate called recursively\n"


def test_two_threads_that_ran_out_of_memory_at_once_did_so_in_the_address_space_they_had() -> None:
    look = MemoryLook(7.9 * _GB, 0.1 * _GB, 8.0 * _GB, address_space=True)
    failure = ProcessEnd(-6, _TWO_THREADS, "filling buffers", 0, look).failure()
    assert failure.what == (
        "Most likely memory ran out: its process ended with SIGABRT while filling buffers; it had "
        "7.9 GB of 8.0 GB of address space when last looked at"
    )


def test_an_exception_that_nothing_caught_is_no_lack_of_memory_where_there_is_enough() -> None:
    look = MemoryLook(0.7 * _GB, 50.0 * _GB, 64.0 * _GB)
    failure = ProcessEnd(-6, _TWO_THREADS, "training", 40, look).failure()
    assert failure.what.startswith("The process of this run crashed")


def test_memory_is_not_blamed_where_the_system_killed_none_for_it() -> None:
    failure = ProcessEnd(-9, "", "training", 40, None, oom_kills=0).failure()
    assert failure.what == (
        "The process of this run was killed from outside while training, after 40 steps (SIGKILL); "
        "the system has killed none for its memory, so somebody or something else did"
    )
    assert ProcessEnd(-9).failure().what.startswith("Most likely memory ran out")


def test_a_process_that_cannot_be_ended_has_no_exit_code() -> None:
    failure = ProcessEnd(None, "", "training", 40).failure()
    assert failure.what.startswith("The process of this run does not end while training")
    assert "None" not in failure.text()


def test_a_process_that_died_before_it_said_anything_is_told_so() -> None:
    failure = ProcessEnd(1, "ImportError: libfoo.so.1").failure()
    assert "before it said anything" in failure.what
    assert "libfoo" in failure.details
