"""``--python``: another interpreter, looked at before anything else happens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.cli.catalogue import COMMANDS
from core.cli.command import BAD_INPUT
from core.cli.parser import Parser
from core.cli.running import processes
from core.engines.engines import Engines
from core.engines.interpreter import Interpreter
from core.measure import loading
from core.model.plan import PROCESS
from tests.core.cli.conftest import Cli
from tests.core.engines.test_interpreter import EXPECTED
from tests.environments import empty_environment

_OTHER = Interpreter("/elsewhere/bin/python", "3.11.7", "2.18.1", "3.5.0", b"")


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> Engines:
    made = Engines()
    monkeypatch.setattr(processes, "engines", lambda: made)
    monkeypatch.setattr(
        "core.cli.running.interpreter.look_at",
        lambda text, machine="": replace(_OTHER, machine=machine, node="vm", gpus=("A", "A")),
    )
    return made


@pytest.mark.parametrize(
    "command",
    ["run", "diagnose", "stages", "ceilings", "compare", "sweep", "show", "findings", "patch"],
)
def test_what_cannot_be_used_is_one_line_before_anything_else(
    cli: Cli, tmp_path: Path, command: str
) -> None:
    environment = empty_environment(tmp_path / "environment")
    outcome = cli(command, "no_such_workload", "--python", str(environment))
    assert outcome.code == BAD_INPUT
    assert outcome.complaint == f"{environment / 'bin' / 'python'} has no TensorFlow. {EXPECTED}"


def test_every_command_that_takes_settings_takes_an_interpreter() -> None:
    for command in COMMANDS:
        parser = Parser()
        command.add_arguments(parser)
        options = {option for action in parser._actions for option in action.option_strings}
        assert "--set" not in options or "--python" in options, command.name
        assert "--set" not in options or "--ssh" in options, command.name


def test_a_run_is_planned_for_it_and_isolated(cli: Cli, engines: Engines) -> None:
    outcome = cli("run", "in_memory", "--python", "elsewhere", "--json", "-")
    assert outcome.code == 0
    assert "uses /elsewhere/bin/python (Python 3.11.7, TensorFlow 2.18.1, Keras 3.5.0)" in (
        outcome.err
    )
    assert "another interpreter is another process" in outcome.err
    assert f'"engine": "{PROCESS}"' in outcome.out
    assert '"interpreter": "/elsewhere/bin/python"' in outcome.out
    assert engines.interpreter is not None
    assert engines.interpreter.name == _OTHER.path


def test_this_program_is_no_place_for_another_interpreter(cli: Cli, engines: Engines) -> None:
    outcome = cli("run", "in_memory", "--python", "elsewhere", "--engine", "window")
    assert outcome.code == BAD_INPUT
    assert "--engine window trains in this program, and --python elsewhere in another" in (
        outcome.err
    )


@pytest.mark.parametrize("command", ["run", "diagnose", "trace", "compare"])
def test_without_tensorflow_beside_it_nothing_begins_and_the_way_on_is_said(
    cli: Cli, data_dir: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(loading, "NEEDED", ("no_such_tensorflow",))
    outcome = cli(command, "in_memory", *(["--b", "cache.where=memory"] * (command == "compare")))
    assert outcome.code == BAD_INPUT
    said = outcome.err.splitlines()[-1]
    assert said.startswith("pipeline-explorer: TensorFlow is not installed")
    assert "--python VENV" in said
    assert not data_dir.exists()


def test_without_tensorflow_beside_it_runs_train_in_another_interpreter(
    cli: Cli, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "NEEDED", ("no_such_tensorflow",))
    assert cli("run", "in_memory", "--python", "elsewhere").code == 0


def test_a_run_on_another_machine_says_which_and_looks_for_no_data_here(
    cli: Cli, engines: Engines
) -> None:
    far = ("--ssh", "me@gpu1", "--set", "source.folder=/only/there")
    outcome = cli("run", "image_folder", *far, "--json", "-")
    assert outcome.code == 0, outcome.err
    name = "me@gpu1:/elsewhere/bin/python"
    assert f"uses {name} (Python 3.11.7, TensorFlow 2.18.1, Keras 3.5.0, on vm: 2 x A)" in (
        outcome.err
    )
    assert f'"interpreter": "{name}"' in outcome.out
    assert "me@gpu1" in cli("runs").out


def test_what_ssh_would_take_for_an_option_is_no_machine(cli: Cli, engines: Engines) -> None:
    outcome = cli("run", "in_memory", "--ssh=-oProxyCommand=x")
    assert outcome.code == BAD_INPUT
    assert outcome.complaint.startswith("'-oProxyCommand=x' is not the name of a machine.")
