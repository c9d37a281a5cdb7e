"""``run``: trains once, says what was measured, and nothing else on stdout."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.running.execute import Fit
from core.folders import Folders
from core.model.events import Event, RunEnded
from core.model.plan import RunPlan
from core.model.run import Failure, RunState
from core.session import Session
from tests.builders import even_samples, events_of, scripted_fit
from tests.core.cli.conftest import Cli
from tests.disks import Disk

Emit = Callable[[Event], None]
Cancelled = Callable[[], bool]


def fit_that_ends(ending: RunEnded) -> Fit:
    return scripted_fit(events_of(even_samples(), ending))


FAILED = fit_that_ends(
    RunEnded(
        RunState.FAILED, Failure("A file is gone", "a file", "Put it back.", "Traceback: here\n")
    )
)


def planned(cli: Cli, *words: str) -> RunPlan:
    """The plan that these words amount to."""
    plans: list[RunPlan] = []

    def fit(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        plans.append(plan)
        emit(RunEnded(RunState.DONE))

    assert cli("run", *words, fit=fit).code == 0
    return plans[0]


def test_a_summary_shows_every_figure_with_unit_and_source(cli: Cli) -> None:
    found = cli("run", "in_memory", "--device", "emulated:20")
    assert found.code == 0
    assert "run 1: in_memory on emulated:20, in this process, done" in found.out
    line = next(line for line in found.out.splitlines() if "throughput" in line)
    assert "examples/s" in line
    assert "timed in the loop" in line
    assert "Averages are over 30 of 40 steps." in found.out


def test_a_figure_that_was_not_measured_says_why(cli: Cli) -> None:
    found = cli("run", "in_memory", "--device", "gpu:0")
    assert "not measured (on a GPU the loop only sees steps being queued)" in found.out


def test_json_on_stdout_is_one_document_and_nothing_else(cli: Cli) -> None:
    def noisy(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        print("printed by Python")
        os.write(1, b"printed by a native library\n")
        scripted_fit(events_of(even_samples()))(plan, emit, cancelled)

    found = cli("run", "in_memory", "--json", "-", fit=noisy)
    document = json.loads(found.out)
    assert document["schema"] == "pipeline-explorer/run/1"
    assert document["steps"] == 40
    assert "printed by Python" in found.err
    assert "printed by a native library" in found.err


def test_json_in_a_file_leaves_stdout_empty(cli: Cli, tmp_path: Path) -> None:
    found = cli("run", "in_memory", "--json", str(tmp_path / "run.json"))
    assert (found.code, found.out) == (0, "")
    assert json.loads((tmp_path / "run.json").read_text())["workload"] == "in_memory"


def test_a_file_that_cannot_be_written_is_found_before_the_run(cli: Cli, tmp_path: Path) -> None:
    def never(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        raise AssertionError("it was run")

    found = cli("run", "in_memory", "--json", str(tmp_path / "no" / "run.json"), fit=never)
    assert found.code == 2
    assert "cannot be written" in found.complaint


def test_the_run_is_recorded_unless_told_not_to(cli: Cli, data_dir: Path) -> None:
    cli("run", "in_memory")
    cli("run", "in_memory", "--no-record")
    session = Session(Folders.under(data_dir))
    assert [run.number for run in session.runs] == [1]
    assert session.runs[0].samples.steps == 40
    session.close()


def test_settings_apply_in_order_defaults_preset_set_flags(cli: Cli) -> None:
    assert planned(cli, "in_memory").settings["prefetch.buffer_size"] == "off"
    tuned = ("in_memory", "--preset", "tuned")
    assert planned(cli, *tuned).settings["prefetch.buffer_size"] == "autotune"
    more = (*tuned, "--set", "prefetch.buffer_size=2", "--set", "fit.epochs=9")
    assert planned(cli, *more).settings["prefetch.buffer_size"] == 2
    flags = ("--epochs", "4", "--steps", "50", "--seed", "7", "--device", "emulated:20")
    values = planned(cli, *more, *flags).settings
    names = ("epochs", "steps_per_epoch", "seed", "device")
    assert [values[f"fit.{name}"] for name in names] == [4, 50, 7, "emulated:20"]


def test_data_are_generated_beside_the_recordings(cli: Cli, data_dir: Path) -> None:
    assert planned(cli, "in_memory").data_folder == str(data_dir / "generated")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("run",), "WORKLOAD"),
        (("run", "in_memry"), "Did you mean in_memory?"),
        (("run", "in_memory", "--set", "prefetch.buffer_size=0"), "off, autotune or a whole"),
        (("run", "in_memory", "--set", "prefetch"), "stage.knob=value"),
        (("run", "in_memory", "--set", "prefech.buffer_size=1"), "prefetch.buffer_size"),
        (("run", "in_memory", "--preset", "fast"), "naive"),
        (("run", "in_memory", "--epochs", "0"), "fit.epochs"),
        (("run", "in_memory", "--device", "tpu"), "emulated:MS"),
        (("run", "in_memory", "--epochs"), "--epochs"),
        (("run", "in_memory", "--epoch", "1"), "--epoch"),
        (("run", "in_memory", "--data-dir", os.devnull), "--data-dir"),
        (("dance",), "dance"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_input_is_one_line_that_names_it(cli: Cli, words: tuple[str, ...], named: str) -> None:
    found = cli(*words)
    assert (found.code, found.out) == (2, "")
    assert named in found.complaint


def test_another_backend_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    found = cli("run", "in_memory")
    assert found.code == 2
    assert "KERAS_BACKEND" in found.complaint


def test_a_failed_run_says_why_in_one_line_and_where_when_asked(cli: Cli) -> None:
    found = cli("run", "in_memory", fit=FAILED)
    assert (found.code, found.out) == (1, "")
    last = found.err.splitlines()[-1]
    assert last == (
        "pipeline-explorer: A file is gone. Expected: a file. Put it back. (--details shows where.)"
    )
    assert "Traceback" not in found.err
    assert "Traceback: here" in cli("run", "in_memory", "--details", fit=FAILED).err


def test_a_failure_without_a_traceback_has_no_details_to_show(cli: Cli) -> None:
    plain = fit_that_ends(RunEnded(RunState.FAILED, Failure("No batch came")))
    for words in ((), ("--details",)):
        found = cli("run", "in_memory", *words, fit=plain)
        assert found.err.endswith("pipeline-explorer: No batch came.\n")


def test_a_failed_run_has_its_document_too(cli: Cli) -> None:
    found = cli("run", "in_memory", "--json", "-", fit=FAILED)
    document = json.loads(found.out)
    assert (found.code, document["state"]) == (1, "failed")
    assert document["failure"]["what"] == "A file is gone"


def test_a_fault_in_fit_itself_ends_the_run_as_failed(cli: Cli, data_dir: Path) -> None:
    def faulty(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        raise ZeroDivisionError("of all things")

    found = cli("run", "in_memory", fit=faulty)
    assert found.code == 1
    assert "ZeroDivisionError: of all things" in found.err.splitlines()[-1]
    session = Session(Folders.under(data_dir))
    assert [run.state for run in session.runs] == [RunState.FAILED]
    session.close()


def test_a_run_that_never_says_its_last_word_is_not_taken_for_done(cli: Cli) -> None:
    found = cli("run", "in_memory", fit=scripted_fit(events_of(even_samples())[:-1]))
    assert found.code == 1
    assert "without saying how" in found.err


def test_ctrl_c_once_stops_softly_and_keeps_what_was_measured(cli: Cli) -> None:
    def interrupted(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        assert not cancelled()
        signal.raise_signal(signal.SIGINT)
        assert cancelled()
        scripted_fit(events_of(even_samples(), RunEnded(RunState.STOPPED)))(plan, emit, cancelled)

    before = signal.getsignal(signal.SIGINT)
    found = cli("run", "in_memory", "--json", "-", fit=interrupted)
    assert found.code == 130
    assert "Ctrl-C again" in found.err
    assert json.loads(found.out)["state"] == "stopped"
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_twice_breaks_off(cli: Cli, data_dir: Path) -> None:
    reached = []

    def stubborn(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        reached.append("past the second")

    found = cli("run", "in_memory", fit=stubborn)
    assert (found.code, reached) == (130, [])
    assert "Traceback" not in found.err
    session = Session(Folders.under(data_dir))
    assert [run.state for run in session.runs] == [RunState.STOPPED]
    session.close()


def test_a_run_that_cannot_be_saved_is_still_told_but_does_not_count_as_done(
    cli: Cli, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(data_dir, monkeypatch)

    def on_a_disk_that_fills(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        disk.fill(room_bytes=5_000)
        scripted_fit(events_of(even_samples(1000)))(plan, emit, cancelled)

    found = cli("run", "in_memory", "--json", "-", fit=on_a_disk_that_fills)
    assert found.code == 1
    assert found.err.count("cannot be written") == 1
    assert "No space left" in found.err
    assert "not all of it could be written to disk" in found.err
    assert json.loads(found.out)["state"] == "done"


def test_a_damaged_log_is_told_of_and_stops_nothing(cli: Cli, data_dir: Path) -> None:
    (data_dir / "logs").mkdir(parents=True)
    (data_dir / "logs" / "a.run").write_bytes(b"nonsense" * 100)
    found = cli("run", "in_memory")
    assert found.code == 0
    assert "a.run: there is no run in it" in found.err


@pytest.mark.parametrize("folder", ["", "no/such/folder"])
def test_a_missing_folder_of_images_is_bad_input_and_is_not_recorded(cli: Cli, folder: str) -> None:
    found = cli("run", "image_folder", "--set", f"source.folder={folder}")
    assert found.code == 2
    assert found.out == ""
    assert len(found.err.splitlines()) == 1
    assert "folder" in found.err


def test_what_was_asked_for_but_is_not_there_ends_with_exit_code_two(cli: Cli) -> None:
    failure = Failure("TensorFlow does not see the device gpu:0", bad_input=True)
    found = cli("run", "in_memory", fit=fit_that_ends(RunEnded(RunState.FAILED, failure)))
    assert found.code == 2


def test_a_fault_in_keeping_a_run_is_told_and_does_not_count_as_done(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one that was foreseen: it must not go unsaid because the run itself was over."""
    from core.store.archive import Archive

    def broken(archive: Archive, run: object) -> None:
        raise UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed")

    monkeypatch.setattr(Archive, "end", broken)
    found = cli("run", "in_memory", "--json", "-")
    assert found.code == 1
    assert "The run could not be kept (UnicodeEncodeError" in found.err
    assert json.loads(found.out)["state"] == "done"
