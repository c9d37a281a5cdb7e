"""A process that a run starts beside its own, and that cannot outlive it.

It ends with the run, with the thread that started it (Linux), and with the process of the run,
however that ends: the system closes the pipe that it listens to. It holds no pipe of the program.
"""

from __future__ import annotations

import base64
import contextlib
import marshal
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence

_PATIENCE_S = 5.0
"""So long the system has to end a process that was killed; one that waits for a dead disk takes
longer, and goes when it can."""
_MARK = "pipeline-explorer begins"
_BEGIN = f"""
import sys
# What lies where the run works is not meant for it.
sys.path[:] = filter(None, sys.path)
import base64, marshal, types
# What the interpreter itself prints at its start, by a sitecustomize, comes before this line.
print("\\n{_MARK}", flush=True)
bound, program = (
    types.FunctionType(marshal.loads(base64.b64decode(word)), globals()) for word in sys.argv[1:3]
)
bound(int(sys.argv[3]))
program(*sys.argv[4:])
"""
_TAIL = 8 * 1024
_LOOK_S = 0.05


class SideProcess:
    """Started when made; ``end`` must be called."""

    def __init__(
        self,
        name: str,
        program: Callable[..., None],
        arguments: Sequence[str],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start the interpreter of this run with a program of its own.

        Args:
            name: What messages call it: "worker 1 of 2".
            program: A function that stands on its own: its code runs there. Its first line on
                standard output is handed over as ``said``; what it prints later is kept as
                ``output``.
            arguments: Given to the program.
            environment: Variables beside those of this process.

        Raises:
            OSError: The system starts no further process.
        """
        self.name, self.said = name, ""
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 (the process writes to it)
        # The interpreter is this one, so code will do; text is not there where core was sent along.
        codes = (marshal.dumps(each.__code__) for each in (stay_bound, program))
        words = [*(base64.b64encode(code).decode() for code in codes), str(os.getpid())]
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"# {name}{_BEGIN}", *words, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._output,
            env={**os.environ, **(environment or {})},
        )
        self._heard = threading.Event()
        self._listener = threading.Thread(
            target=self._listen, name=f"first line of {name}", daemon=True
        )
        self._listener.start()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def ending(self) -> str:
        """How it ended, in words: "was killed (SIGKILL)"; empty while it is alive."""
        code = self._process.poll()
        if code is None:
            return ""
        if code >= 0:
            return f"ended with exit code {code}"
        with contextlib.suppress(ValueError):
            return f"was ended from outside ({signal.Signals(-code).name})"
        return f"was ended from outside (signal {-code})"

    @property
    def output(self) -> str:
        """The end of what it printed."""
        if self._output.closed or not hasattr(os, "pread"):
            return ""
        # Both have one place in the file, which belongs to the process that writes.
        file = self._output.fileno()
        start = max(0, os.fstat(file).st_size - _TAIL)
        return os.pread(file, _TAIL, start).decode(errors="replace")

    def wait(self, timeout_s: float, cancelled: Callable[[], bool]) -> bool:
        """Wait for its first line.

        Returns:
            Whether it came, before the process ended, the time was over or it was cancelled.
        """
        until_s = time.monotonic() + timeout_s
        while not self._heard.wait(_LOOK_S):
            if cancelled() or time.monotonic() > until_s:
                return False
        return bool(self.said)

    def end(self) -> None:
        """End it at once, and make sure that nothing of it is left."""
        with contextlib.suppress(OSError):
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE_S)
        self._listener.join(_PATIENCE_S)
        for pipe in (self._process.stdin, self._output):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def _listen(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        with contextlib.suppress(OSError, ValueError), pipe:
            while (line := pipe.readline()) and line.strip() != _MARK.encode():
                pass
            self.said = pipe.readline().decode(errors="replace").strip()
        self._heard.set()


def stay_bound(parent: int) -> None:
    """Called first in the new process: it ends as soon as the one that started it is gone.

    It stands on its own: its code is what runs there.

    Args:
        parent: Number of the process that started it.
    """
    import ctypes
    import os
    import signal
    import sys
    import threading

    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(70)
    # Ctrl-C is for the program, which says how this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def listen() -> None:
        while os.read(0, 512):
            pass
        os._exit(70)

    threading.Thread(target=listen, name="end of the run", daemon=True).start()
