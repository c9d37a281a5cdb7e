"""``service``: what it refuses, and that what the documentation shows of it can be read."""

from __future__ import annotations

import configparser
import re
import threading
from pathlib import Path

import pytest

from core.cli.machine import service
from core.cli.machine.service import ServiceCommand
from core.cli.parser import Parser
from tests.core.cli.conftest import Cli

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs/cluster.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("worker",), "A worker needs a dispatcher"),
        (("worker", "--dispatcher", "host"), "--dispatcher host is no address"),
        (("worker", "--dispatcher", "http://host:1"), "is no address"),
        (("dispatcher", "--dispatcher", "host:1"), "--dispatcher is for a worker"),
        (("dispatcher", "--port", "65536"), "--port 65536 is no port"),
        (("both",), "both"),
    ],
)
def test_what_makes_no_sense_is_refused(cli: Cli, words: tuple[str, ...], said: str) -> None:
    outcome = cli("service", *words)
    assert outcome.code == 2
    assert said in outcome.complaint


class _Exit(BaseException):
    """In place of the end of the process."""


class _Server:
    """As TensorFlow's: stopping is what its end waits for, here without an end."""

    _address = "localhost:5051"
    stopped = False

    def __del__(self) -> None:
        _Server.stopped = True


def test_a_worker_ends_before_tensorflow_waits_for_a_dispatcher_that_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def end(code: int) -> None:
        assert code == 0
        assert not _Server.stopped
        raise _Exit

    monkeypatch.setattr(service, "_wait_for_dispatcher", lambda target, over: None)
    monkeypatch.setattr(service, "_worker", lambda target, host, port: _Server())
    monkeypatch.setattr(service.os, "_exit", end)
    over = threading.Event()
    # Told while it was being started.
    monkeypatch.setattr(over, "is_set", lambda: False)
    monkeypatch.setattr(over, "wait", lambda timeout: True)
    with pytest.raises(_Exit):
        service._serve_worker("localhost:5050", "localhost", 5051, over)


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found.group(1)


def takes(words: list[str]) -> None:
    """The command takes these arguments."""
    assert words[:2] == ["main.py", "service"]
    parser = Parser(prog="service")
    ServiceCommand().add_arguments(parser)
    parser.parse_args(words[2:])


def test_the_unit_of_the_documentation_starts_a_worker() -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(block("ini"))
    assert set(unit.sections()) == {"Unit", "Service", "Install"}
    takes(unit["Service"]["ExecStart"].replace("%i", "5051").split()[1:])


def test_the_manifest_of_the_documentation_starts_dispatcher_and_workers() -> None:
    yaml = pytest.importorskip("yaml")
    documents = list(yaml.safe_load_all(block("yaml")))
    assert [document["kind"] for document in documents] == [
        "Service", "Deployment", "Service", "StatefulSet",
    ]  # fmt: skip
    for document in documents:
        assert document["metadata"]["name"].startswith("tf-data-")
        if document["kind"] == "Service":
            continue
        spec = document["spec"]
        assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]
        (container,) = spec["template"]["spec"]["containers"]
        takes([*container["command"], *container.get("args", ())][1:])


def test_the_commands_of_the_documentation_are_taken() -> None:
    lines = re.findall(r"^python (main\.py service .*)$", PAGE, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        takes(line.split())
