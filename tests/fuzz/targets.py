"""Readers of what may come from anywhere, each with what it is given and what must hold.

What must hold of each: it gives a value or raises the error that it documents, within bounded time
and memory; nothing else, and no file changes but those that it says.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from hypothesis import strategies as st

from core.analysis.doubts.catalogue import doubts
from core.analysis.stages.ceilings import ceilings_by_key
from core.engines.far_answers import FarAnswer
from core.engines.far_messages import FarEnd
from core.export.run_json import run_document, to_json
from core.export.runs_csv import RunsCsv
from core.metrics.catalogue import METRICS
from core.model.errors import InputError
from core.model.events import Event
from core.model.experiment import Experiment
from core.model.measured.ceilings import Ceilings
from core.model.run import Run
from core.model.user_code import WatchedFit
from core.records.decode import Decoder
from core.records.encode import encode
from core.records.entries import RunSummary
from core.records.frames import FrameError, FrameReader, FrameStream, frame
from core.records.messages import OpeningMessage, WatchedFitBegan, WatchEnded
from core.store.experiments import from_payload, to_payload
from core.store.followed_log import FollowedLog
from core.store.log_folder import Stamp
from core.store.read_log import NewerLogError, OlderLogError, run_of
from core.store.summary import summarised
from core.user_code.discovery import Offer
from core.user_code.known_workloads import recorded_workload
from core.workloads.catalogue import WORKLOADS
from tests.fuzz import valid
from tests.fuzz.mutations import changed_bytes, changed_log, changed_payload

Check = Callable[[Any], None]
_EVENTS, _SUMMARIES = Decoder(*get_args(Event)), Decoder(RunSummary)
_ANSWERS = Decoder(OpeningMessage)
_FAR = Decoder(FarAnswer, FarEnd)
_FAR_SAID = (
    encode(FarAnswer("/home", ("a",), ("b.py",))),
    encode(FarAnswer("/b.py", stamp="0" * 64, offered=(Offer("make", 3),), fits=(7,), runs=True)),
    FarEnd(-9, 1, 1e9, 2e9, 4e9).payload,
)
_WATCHED = Decoder(WatchedFitBegan, WatchEnded)


@dataclass(frozen=True)
class Target:
    """One reader.

    Attributes:
        name: What it reads.
        given: What it is given.
        check: Reads it, and raises where something does not hold.
        weight: How many examples it gets beside the others: slow ones get fewer.
    """

    name: str
    given: st.SearchStrategy[Any]
    check: Check
    weight: float = 1.0


def frames(data: bytes) -> None:
    """Whatever the bytes are, frames come in order and every byte is in one or in a gap."""
    reader = FrameReader(data)
    payloads = list(reader.payloads())
    assert reader.good_bytes <= len(data)
    end = 0
    for gap in reader.gaps:
        assert gap.offset >= end
        assert gap.size > 0
        end = gap.offset + gap.size
    assert end <= len(data)
    assert sum(map(len, payloads)) + sum(gap.size for gap in reader.gaps) <= len(data)


def stream(pieces: list[bytes]) -> None:
    """In pieces or as a whole, a pipe gives the same."""
    assert _streamed(pieces) == _streamed([b"".join(pieces)])


def _streamed(pieces: list[bytes]) -> tuple[list[bytes], bool]:
    reader, found = FrameStream(), []
    try:
        for piece in pieces:
            for payload in reader.feed(piece):
                found.append(payload)  # noqa: PERF402 - what came before an error counts
    except FrameError:
        return found, False
    return found, True


def event(payload: bytes) -> None:
    """An event or a ValueError; an event that was read can be written."""
    try:
        found = _EVENTS.decode(payload)
    except ValueError:
        return
    _EVENTS.decode(encode(found))


def log(data: bytes) -> None:
    """A run or one of two errors; every figure of a run that was read can be told."""
    try:
        found = run_of(data)
    except (ValueError, NewerLogError, OlderLogError):
        return
    assert found.run.state.over
    assert 0 <= found.good_bytes <= len(data)
    usable(found.run)


def summary(payload: bytes) -> None:
    """An entry or a ValueError; what the list shows of it can be told."""
    try:
        found = _SUMMARIES.decode(payload)
    except ValueError:
        return
    _ = (found.run.name, found.run.plan.turn, found.run.plan.device)
    for metric in METRICS:
        metric.of(found.run).text()
    assert encode(_SUMMARIES.decode(encode(found))) == encode(found)


def usable(run: Run) -> None:
    """All that is shown of a run can be told, and it can be kept again."""
    for metric in METRICS:
        metric.of(run).text()
    doubts(run)
    to_json(run_document(run))
    RunsCsv().text([run])
    summary(encode(summarised(run, Stamp(1, 1))))
    _ = (run.name, run.plan.turn, run.plan.device)
    found = ceilings_by_key([run])
    assert all(isinstance(one, Ceilings) for one in found.values())


def experiment(payload: bytes) -> None:
    """An experiment or its error; its places can be gone through, and it can be kept again."""
    try:
        found = from_payload(payload)
    except (ValueError, NewerLogError, OlderLogError):
        return
    assert isinstance(found, Experiment)
    assert len(found.order) <= 1_000_000
    assert from_payload(to_payload(found)).id == found.id
    _ = found.title


def followed(pieces: list[bytes]) -> None:
    """A log that comes in any pieces is read without an error, and ends at most once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{'0' * 32}.run")
        reader, ended = FollowedLog(path), 0
        for piece in pieces:
            with path.open("ab") as file:
                file.write(piece)
            news = reader.look()
            ended += news is not None and (news.ended or bool(news.problem))
    assert ended <= 1


def watched(payload: bytes) -> None:
    """What a watched script says, or a ValueError; what was read can be written."""
    try:
        found = _WATCHED.decode(payload)
    except ValueError:
        return
    assert _WATCHED.decode(encode(found)) == found


def own(payload: bytes) -> None:
    """Code or a ValueError; its stages follow without its file, or there are none."""
    try:
        code = _ANSWERS.decode(payload).code
    except ValueError:
        return
    if code is None:
        return
    assert _ANSWERS.decode(encode(OpeningMessage(code=code))).code == code
    found = recorded_workload(code)
    if found is None:
        return
    assert ":" in found.id
    try:
        defaults = found.chain.defaults()
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
        return  # what ``Workloads.add_recorded`` passes over
    for stage in found.chain.stages:
        _ = (stage.title, stage.help, stage.url, stage.is_on(defaults), stage.runs_as(defaults))


def far(payload: bytes) -> None:
    """An answer or a last word of another machine, or a ValueError."""
    try:
        said = _FAR.decode(payload)
    except ValueError:
        return
    assert isinstance(said, (FarAnswer, FarEnd))
    if isinstance(said, FarAnswer):
        assert _FAR.decode(encode(said)) == said
        _ = said.offers.trains


def value(given: tuple[str, str, Any]) -> None:
    """A knob takes a value or says what it expected."""
    workload_id, key, text = given
    (workload,) = (one for one in WORKLOADS if one.id == workload_id)
    chain = workload.chain
    try:
        kind = chain.knob(key).kind
        found = kind.parse(text) if isinstance(text, str) else kind.check(text)
    except (ValueError, InputError):
        return
    assert kind.check(found) == found
    assert kind.parse(kind.format(found)) == found
    chain.defaults().with_values({key: found})


_A_FIT = encode(WatchedFitBegan(WatchedFit("/a.py", ("-n",), 2, "a.py:3"), {"fit.device": "cpu"}))
KNOBS = tuple((one.id, key) for one in WORKLOADS for key in one.chain.defaults())


TARGETS: tuple[Target, ...] = (
    Target("frames", changed_bytes(valid.LOG) | st.binary(max_size=400), frames, 2),
    Target(
        "a pipe",
        st.lists(st.binary(max_size=40) | st.sampled_from(valid.FRAMES), max_size=8),
        stream,
        2,
    ),
    Target(
        "events", st.sampled_from(valid.PAYLOADS).flatmap(changed_payload) | st.binary(), event, 2
    ),
    Target("logs of runs", changed_log(valid.PAYLOADS), log),
    Target("logs in pieces", st.lists(changed_bytes(valid.LOG), max_size=3), followed),
    Target("what a watched script says", changed_payload(_A_FIT), watched),
    Target("damaged logs", changed_bytes(valid.LOG), log),
    Target("summaries", changed_payload(valid.SUMMARY), summary, 2),
    Target("experiments", changed_payload(valid.EXPERIMENT), experiment, 2),
    Target("own code", changed_payload(encode(OpeningMessage(code=valid.OWN))), own),
    Target("another machine", st.sampled_from(_FAR_SAID).flatmap(changed_payload), far),
    Target("own scripts", changed_payload(encode(OpeningMessage(code=valid.SCRIPT))), own),
    Target(
        "values of knobs",
        st.sampled_from(KNOBS).flatmap(
            lambda knob: st.tuples(st.just(knob[0]), st.just(knob[1]), valid.typed_values)
        ),
        value,
        2,
    ),
)

__all__ = ["TARGETS", "Target", "frame"]
