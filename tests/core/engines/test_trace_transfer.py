"""A trace of another machine is here whole, or its event says why it is not."""

from __future__ import annotations

from pathlib import Path

from core.engines.trace_transfer import TraceReceiver, TraceSender
from core.model.events import StepsTraced
from core.model.tracing import TRACE_ENDING, Tracing
from core.records.decode import Decoder

TRACED = StepsTraced(Tracing(3, 20, 1.5, size_bytes=300_000))


def passed(there: Path, receiver: TraceReceiver) -> StepsTraced:
    """What the event says once all that was sent was taken in."""
    sent: list[bytes] = []
    sender = TraceSender("run", sent.append)
    sender.folder = str(there)
    sender.send(TRACED)
    sender.wait()
    *pieces, event = sent
    for piece in pieces:
        receiver.take(piece)
    receiver.close()
    decoded = Decoder(StepsTraced).decode(event)
    assert isinstance(decoded, StepsTraced)
    return receiver.arrived(decoded)


def test_a_trace_comes_over_and_is_deleted_there(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    (there / f"run{TRACE_ENDING}").write_bytes(bytes(300_000))
    assert passed(there, TraceReceiver("run", str(here))) == TRACED
    assert (here / f"run{TRACE_ENDING}").stat().st_size == 300_000
    assert not list(there.iterdir())


def test_a_trace_that_does_not_arrive_is_none(tmp_path: Path) -> None:
    tracing = passed(tmp_path / "gone", TraceReceiver("run", str(tmp_path))).tracing
    assert (tracing.size_bytes, tracing.failure) == (0, "it did not arrive whole")
    assert tracing.steps == 20


def test_a_trace_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / f"run{TRACE_ENDING}").write_bytes(b"a trace")
    (tmp_path / "file").write_bytes(b"")
    tracing = passed(tmp_path, TraceReceiver("run", str(tmp_path / "file" / "below"))).tracing
    assert tracing.size_bytes == 0
    assert tracing.failure.startswith("it could not be written (")
