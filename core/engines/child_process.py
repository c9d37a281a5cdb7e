"""The process of an isolated run, as the program holds it: orders in, records out, an end."""

from __future__ import annotations

import codecs
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from core.engines.bundle import ROOT, bundle, renamed
from core.engines.child_output import ChildOutput
from core.engines.far_messages import FarEnd
from core.engines.guard import END_ALL
from core.engines.interpreter import Interpreter, environment_variables
from core.records.frames import MARKER, FrameError, FrameStream, frame

ENTRY = "core.engines.child:main"
"""Module and function that a process begins with."""

_BEGIN = Path(__file__).with_name("begin.py")
_CHUNK = 1 << 16
_TAIL = 8 * 1024
"""So many characters of what it prints are kept, for the details of a crash."""
_MOST_UNTAKEN = 64 * 1024
"""So many characters of what it prints wait for ``take_output``; of more the newest do."""
_LOOK_S = 0.01
_GUARD_S = 0.5
"""So long the guard has to end everything, before the system is told to."""


class ChildProcess:
    """Started when made; ``end`` must be called, by whoever has it last."""

    def __init__(
        self,
        child_output: ChildOutput,
        heard: Callable[[bytes], None],
        entry: str = ENTRY,
        interpreter: Interpreter | None = None,
    ) -> None:
        """Start the process.

        Args:
            child_output: Takes what it prints.
            heard: Told of each record as it comes, on another thread, and of ``b""`` at the end.
            entry: ``module:function`` that it begins with.
            interpreter: The Python that runs it; None for the one that runs this program.

        Raises:
            OSError: The system starts no further process.
        """
        python = sys.executable if interpreter is None else interpreter.path
        self._magic = MAGIC_NUMBER if interpreter is None else interpreter.magic
        self._of_core = entry.startswith("core.")
        module, _, function = entry.partition(":")
        words = ("", renamed(module)) if self._of_core else (str(ROOT), module)
        self._process = subprocess.Popen(
            self._command(python, _BEGIN.read_text("utf-8"), (*words, function)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            env=environment_variables(),
        )
        self._pass_on, self._heard = child_output.listener(), heard
        self._records: SimpleQueue[bytes | FrameError | None] = SimpleQueue()
        self._orders: SimpleQueue[bytes | None] = SimpleQueue()
        self._output = self._untaken = ""
        self._printing = threading.Lock()
        self._over, self._ending = False, threading.Lock()
        self._threads = [
            threading.Thread(target=target, name=f"isolated run: {name}", daemon=True)
            for name, target in (
                ("orders", self._write),
                ("records", self._read),
                ("output", self._listen),
            )
        ]
        for thread in self._threads:
            thread.start()

    def send(self, payload: bytes) -> None:
        """Send an order; returns at once, whether it is read or not."""
        self._orders.put(payload)

    def record(self, timeout_s: float) -> bytes | None:
        """The next record.

        Returns:
            None where none came in that time.

        Raises:
            EOFError: There will be no more.
            FrameError: What came is none.
        """
        try:
            record = self._records.get(timeout=timeout_s)
        except Empty:
            return None
        if record is None:
            raise EOFError
        if isinstance(record, FrameError):
            raise record
        return record

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return not self._over and not self._has_ended()

    @property
    def output(self) -> str:
        """The end of what it printed."""
        return self._output

    def take_output(self) -> str:
        """What it printed since this was called last."""
        with self._printing:
            text, self._untaken = self._untaken, ""
        return text

    @property
    def far_end(self) -> FarEnd | None:
        """How it ended on another machine; None before that, and on this one."""
        return None

    @property
    def lost(self) -> str:
        """Why the connection to another machine is gone; empty where it is there, or none is."""
        return ""

    def terminate(self) -> None:
        """Tell the process, and all that it started, to end."""
        self._signal_all(signal.SIGTERM)

    def end(self, patience_s: float = 0.0) -> int | None:
        """Make sure that nothing of the process is left.

        Args:
            patience_s: How long it has to end by itself.

        Returns:
            How it ended: an exit code, below 0 the number of a signal; None where the system
            could not end it.
        """
        with self._ending:
            return self._end(patience_s)

    # -- inside ---------------------------------------------------------------------------

    def _end(self, patience_s: float) -> int | None:
        # The guard also ends what left the group.
        if not self._over and not self._ends_within(patience_s) and not self._end_all():
            self._kill()
        # Others of the group first: its number is nobody else's while the first is not let go.
        if not self._over and self._ends_within(_GUARD_S):
            self._kill()
            self._process.wait()
            self._over = True
        self._orders.put(None)
        for thread in self._threads:
            # A process that is in no group any more may hold a pipe open; its thread then waits
            # for it by itself.
            thread.join(_GUARD_S)
        return self._code()

    def _command(self, python: str, source: str, words: tuple[str, ...]) -> list[str]:
        """The command line of a process that runs source text with arguments."""
        return [python, "-c", source, str(os.getpid()), *words]

    def _end_all(self) -> bool:
        """Have the guard end everything; whether it did."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            self._process.send_signal(END_ALL)
        return self._ends_within(_GUARD_S)

    def _code(self) -> int | None:
        return self._process.returncode

    def _arrived(self, payload: bytes) -> None:
        """Take in a record."""
        self._heard(payload)
        self._records.put(payload)

    def _taken(self) -> None:
        """A part of what is sent at first was taken."""

    def _ends_within(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not self._has_ended():
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOK_S)
        return True

    def _has_ended(self) -> bool:
        """Whether it has ended, without letting go of its number."""
        if self._process.returncode is not None:
            return True
        if not hasattr(os, "waitid"):
            return self._process.poll() is not None
        how = os.WEXITED | os.WNOWAIT | os.WNOHANG
        with contextlib.suppress(ChildProcessError):
            return os.waitid(os.P_PID, self._process.pid, how) is not None
        return True

    def _kill(self) -> None:
        self._signal_all(getattr(signal, "SIGKILL", signal.SIGTERM))

    def _signal_all(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, number)
            else:
                self._process.terminate()

    def _write(self) -> None:
        assert self._process.stdin is not None
        sequence = 0
        with contextlib.suppress(OSError, ValueError):
            try:
                sent = bundle(self._magic, everything=not self._of_core)
            except Exception as error:
                # Such as a file of this program that another version has replaced meanwhile.
                self._printed(f"This program cannot be sent ({type(error).__name__}: {error})\n")
                self._process.stdin.close()
                return
            for begin in range(0, len(sent), _CHUNK):
                _write_all(self._process.stdin, sent[begin : begin + _CHUNK])
                self._taken()
            while (payload := self._orders.get()) is not None:
                _write_all(self._process.stdin, frame(payload, sequence))
                sequence += 1
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        stream, before, begun = FrameStream(), b"", False
        for chunk in _chunks(pipe):
            if not begun:
                # What a file that Python runs at its start prints comes before our first record.
                before += chunk
                begin = before.find(MARKER)
                begun = begin >= 0
                at = begin if begun else max(0, len(before) - len(MARKER) + 1)
                self._printed(before[:at].decode(errors="replace"))
                before = chunk = before[at:]
                if not begun:
                    continue
            try:
                for payload in stream.feed(chunk):
                    self._arrived(payload)
            except ValueError as error:
                self._records.put(FrameError(str(error)))
                break
        # A record that lacks its end was being written when the process ended.
        self._heard(b"")
        self._records.put(None)
        pipe.close()

    def _listen(self) -> None:
        pipe = self._process.stderr
        assert pipe is not None
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        for chunk in _chunks(pipe):
            self._printed(decoder.decode(chunk))
        pipe.close()

    def _printed(self, text: str) -> None:
        self._output = (self._output + text)[-_TAIL:]
        with self._printing:
            self._untaken = (self._untaken + text)[-_MOST_UNTAKEN:]
        self._pass_on(text)


def _write_all(pipe: IO[bytes], content: bytes) -> None:
    data = memoryview(content)
    while data:
        data = data[pipe.write(data) :]


def _chunks(pipe: IO[bytes]) -> Iterator[bytes]:
    with contextlib.suppress(OSError, ValueError):
        while chunk := pipe.read(_CHUNK):
            yield chunk
