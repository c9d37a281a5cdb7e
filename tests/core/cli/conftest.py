"""A command line whose training is scripted: no TensorFlow, no display needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from core.cli import main
from core.cli.catalogue import COMMANDS
from core.cli.machine.checks.gpu import Driver
from core.cli.machine.checks.tensorflow import TensorFlowReport
from core.cli.machine.doctor import Doctor
from core.cli.measure.ceilings import CeilingsCommand
from core.cli.measure.compare import Compare
from core.cli.measure.diagnose import Diagnose
from core.cli.measure.run import RunCommand
from core.cli.measure.run_script import RunScript
from core.cli.measure.stages import Stages
from core.cli.measure.sweep import Sweep
from core.cli.measure.trace import TraceCommand
from core.cli.running import processes
from core.cli.running.execute import Fit
from core.cli.terminal import qt_libraries
from core.export.documents.schema import document_type
from core.faults import explained
from core.measure.loading import load_tensorflow
from core.model.to_open import ToOpen
from core.user_code.opening import open_script, open_user_code
from core.workloads.workload import Workload
from tests.builders import even_samples, events_of, scripted_fit
from tests.core.timeline.builders import with_trace
from tests.diagnosis_builders import with_answer


@dataclass(frozen=True)
class Outcome:
    """What came of a command line."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr."""
        assert self.err.startswith("pipeline-explorer: ")
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("pipeline-explorer: ").rstrip("\n")


Cli = Callable[..., Outcome]


def open_here(wanted: ToOpen, *, trains: bool) -> Workload:
    """What the process of an opening runs, in the process of the tests: TensorFlow is here."""
    load_tensorflow()
    with explained():
        if wanted.arguments is None:
            return open_user_code(wanted.text)
        return open_script(wanted.file, wanted.arguments, wanted.fit)


def check_document(text: str) -> None:
    """Make sure that a document has the fields and types that are published, and no others."""
    document = json.loads(text)
    known = msgspec.convert(document, document_type(document["schema"]))
    assert msgspec.to_builtins(known) == document


@pytest.fixture(autouse=True)
def lacking(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """System libraries that Qt does not find: none until a test names some, whatever is here."""
    lacking: set[str] = set()
    monkeypatch.setattr(qt_libraries, "_loads", lambda library: library not in lacking)
    return lacking


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def cli(data_dir: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """``cli("run", "in_memory", fit=...)`` carries a command out in ``data_dir``."""
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setattr(processes, "open_code", open_here)
    even = scripted_fit(events_of(even_samples()))

    def go(*words: str, fit: Fit = even) -> Outcome:
        replaced = {
            "run": RunCommand(fit),
            "run-script": RunScript(fit),
            "ceilings": CeilingsCommand(fit),
            "diagnose": Diagnose(with_answer(fit)),
            "stages": Stages(with_answer(fit)),
            "compare": Compare(fit),
            "sweep": Sweep(fit),
            "trace": TraceCommand(with_trace(fit)),
            "doctor": Doctor(TensorFlowReport, Driver),
        }
        commands = [replaced.get(command.name, command) for command in COMMANDS]
        code = main(["--data-dir", str(data_dir), *words], commands=commands)
        out, err = capfd.readouterr()
        if "--json" in words and out.startswith("{"):
            check_document(out)
        return Outcome(code, out, err)

    return go
