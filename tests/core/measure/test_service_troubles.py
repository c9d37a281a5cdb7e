"""What is said of a service that is not there, or goes: one line that names who and what to do."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from core.measure import run_service
from core.measure.run_service import RunService
from core.measure.service_probe import ServerAnswer, ask_service
from core.model.errors import Cancelled, ExplorerError, RunError

ADDRESS, TARGET, OWN = "grpc://host:5050", "host:5050", "localhost:1"
WORKERS = ("host:5051", "host:5052")
GOOD = {TARGET: ServerAnswer(version=9, workers=WORKERS), OWN: ServerAnswer(version=9)}


class Asked:
    """Answers as a service would, and keeps what it was asked."""

    def __init__(self, *answers: dict[str, ServerAnswer]) -> None:
        self._answers, self.heard = list(answers), list[tuple[str, ...]]()

    def __call__(
        self, dispatchers: Sequence[str], workers: Sequence[str], cancelled: object
    ) -> dict[str, ServerAnswer]:
        asked = (*dispatchers, *workers)
        self.heard.append(asked)
        known = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return {address: known.get(address, ServerAnswer()) for address in asked}


@pytest.fixture(autouse=True)
def _dispatcher(monkeypatch: pytest.MonkeyPatch) -> None:
    server = SimpleNamespace(target=f"grpc://{OWN}")
    service = SimpleNamespace(DispatchServer=lambda: server)
    data = SimpleNamespace(experimental=SimpleNamespace(service=service))
    monkeypatch.setattr(run_service, "tf", SimpleNamespace(data=data))


def service(asked: Asked, **more: object) -> RunService:
    return RunService(lambda: None, lambda: False, ask=asked, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            ServerAnswer("UNAVAILABLE", "connect: Connection refused"),
            "Nothing listens at port 5050",
        ),
        (ServerAnswer("UNAVAILABLE", "DNS resolution failed for host"), "There is no host host"),
        (
            ServerAnswer("UNAVAILABLE", "Trying to connect an http1.x server"),
            "is no tf.data service",
        ),
        (ServerAnswer("UNIMPLEMENTED", ""), "not as the dispatcher"),
        (ServerAnswer("DEADLINE_EXCEEDED", ""), "within 10 s"),
        (ServerAnswer(version=8, workers=WORKERS), "another version of TensorFlow"),
        (ServerAnswer(version=9), "has no workers"),
    ],
    ids=["port", "host", "other", "worker", "silent", "version", "no workers"],
)
def test_what_is_wrong_with_a_dispatcher_is_said_before_anything_is_built(
    answer: ServerAnswer, said: str
) -> None:
    with pytest.raises(RunError) as caught:
        service(Asked({**GOOD, TARGET: answer})).serve(0, ADDRESS)
    assert said in caught.value.what
    assert "host" in caught.value.what
    assert caught.value.expected
    assert caught.value.remedy


def test_workers_that_cannot_be_reached_are_named() -> None:
    unreachable = {**GOOD, WORKERS[1]: ServerAnswer("UNAVAILABLE", "no route")}
    with pytest.raises(RunError, match=r"1 of 2 workers .* do not answer: host:5052"):
        service(Asked(GOOD, unreachable)).serve(0, ADDRESS)


def test_a_stop_while_it_is_asked_is_a_stop() -> None:
    stopped = RunService(lambda: None, lambda: True, ask=Asked(GOOD))
    with pytest.raises(Cancelled):
        stopped.serve(0, ADDRESS)


def test_a_service_that_answers_is_taken_by_its_address() -> None:
    asked = Asked(GOOD)
    with service(asked) as good:
        assert good.serve(0, ADDRESS) == ADDRESS
    assert asked.heard == [(TARGET, OWN), WORKERS]
    assert good.failure is None


@pytest.mark.parametrize(
    ("silent", "shared", "said"),
    [
        (WORKERS[0], True, ("the worker host:5051", "elements that it had are lost", "for ")),
        (WORKERS[0], False, ("the worker host:5051", "its copy of the data is lost", "for ")),
        (TARGET, True, ("the dispatcher of grpc://host:5050", "shares out")),
    ],
    ids=["worker", "worker of a copy", "dispatcher"],
)
def test_who_is_gone_is_said_once_nothing_comes(
    silent: str, shared: bool, said: tuple[str, ...]
) -> None:
    lost = {**GOOD, silent: ServerAnswer("UNAVAILABLE", "Connection refused")}
    watched = service(Asked(GOOD, GOOD, lost), silence_s=0.0, soft_s=0.0, shared=lambda: shared)
    watched.serve(0, ADDRESS)
    assert watched._watch is not None
    watched._watch.join(60)
    # TensorFlow's own words, or a step that was broken off, are not what went wrong.
    with pytest.raises(RunError) as caught:
        watched.__exit__(Cancelled, Cancelled(), None)
    assert caught.value is watched.failure
    for words in said:
        assert words in str(caught.value)


def test_a_slow_pipeline_is_no_failure() -> None:
    asked, enough = Asked(GOOD), threading.Event()

    def ask(*words: object) -> dict[str, ServerAnswer]:
        if len(asked.heard) > 4:
            enough.set()
        return asked(*words)  # type: ignore[arg-type]

    with service(ask, silence_s=0.0) as slow:  # type: ignore[arg-type]
        slow.serve(0, ADDRESS)
        assert enough.wait(60)
    assert slow.failure is None


def test_what_cannot_be_broken_off_is_given_up() -> None:
    lost = {**GOOD, TARGET: ServerAnswer("UNAVAILABLE", "Connection refused")}
    given_up: list[ExplorerError] = []
    hangs = service(Asked(GOOD, GOOD, lost), silence_s=0.0, soft_s=0.0, abandon=given_up.append)
    hangs.serve(0, ADDRESS)
    assert hangs._watch is not None
    hangs._watch.join(60)
    assert given_up == [hangs.failure]


def test_asking_where_nobody_is_says_why() -> None:
    answers = ask_service(("localhost:1",), ("nohost.invalid:1",), lambda: False)
    assert answers["localhost:1"].trouble == "UNAVAILABLE"
    assert answers["nohost.invalid:1"].trouble == "UNAVAILABLE"
    assert answers["localhost:1"].details


def test_asking_ends_within_its_limit() -> None:
    answers = ask_service(("localhost:1",), (), lambda: False, limit_s=0.0)
    assert answers["localhost:1"].trouble == "DEADLINE_EXCEEDED"
