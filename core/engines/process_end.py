"""How a process ended, and what is to be said of its run or opening, which ended with it."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from core.model.run import Failure

_CRASHES = ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS")
_NO_MEMORY = ("std::bad_alloc", "MemoryError", "cannot allocate memory", "Cannot allocate memory")
_MODULES = "Extension modules: "
"""So begins a line of a crash that lists what was loaded, and is of no use in a message."""
_UNCAUGHT = "terminate called"
"""So C++ begins what it says of an exception that nothing caught; no more for two at once."""
_UNKNOWN_FLAG = "Unknown flag"
_LITTLE, _MOST = 0.1, 0.5
"""Shares of the memory: with less left, or with more taken, it was running out."""
_KEPT = "What was measured up to there is kept."


@dataclass(frozen=True)
class MemoryLook:
    """Memory at one moment, in bytes.

    Attributes:
        resident_bytes: Of the process.
        available_bytes: Still to be had.
        limit_bytes: To be had at most, of the machine or of the container.
        address_space: Whether all three are of its address space, which a limit bounds
            (``ulimit -v``).
    """

    resident_bytes: float
    available_bytes: float
    limit_bytes: float
    address_space: bool = False

    @property
    def short(self) -> bool:
        """Whether it was running out: little was left, or the process had most of it."""
        little = self.available_bytes < _LITTLE * self.limit_bytes
        return little or self.resident_bytes > _MOST * self.limit_bytes


@dataclass(frozen=True)
class ProcessEnd:
    """What is known of a process that ended without a last word.

    Attributes:
        code: Its exit code; below 0 the number of the signal that ended it; None where it did
            not end by itself and nobody knows.
        output: The end of what it printed.
        during: What the run was doing, in words; empty where nobody knows.
        steps: Steps measured by then.
        memory: The last look at its memory; None where there was none.
        oom_kills: How many processes the system killed meanwhile because memory ran out; None
            where it does not say.
        opening: What it opened; empty where it trained.
    """

    code: int | None
    output: str = ""
    during: str = ""
    steps: int = 0
    memory: MemoryLook | None = None
    oom_kills: int | None = None
    opening: str = ""

    def failure(self) -> Failure:
        """What went wrong, for the person."""
        name = self._signal_name()
        if self.code is None:
            return Failure(
                f"{self._process} does not end{self._when()}, although the system was told to kill "
                "it",
                remedy="It may wait for a disk or a driver that does not answer; it ends once that "
                f"does. {self._kept}",
                details=self._details(),
            )
        if name == "SIGKILL":
            return self._killed()
        if any(sign in self.output for sign in _NO_MEMORY):
            return self._out_of_memory(f"its process ended with {self._how()}")
        if _UNCAUGHT in self.output and self.memory is not None and self.memory.short:
            return self._out_of_memory(
                f"its process ended with {self._how()}", "Most likely memory ran out"
            )
        if _UNKNOWN_FLAG in self.output:
            return self._unknown_flag()
        if name in _CRASHES:
            return Failure(
                f"{self._process} crashed{self._when()} ({name}"
                f"{': ' + _SAID[name] if name in _SAID else ''})",
                remedy=f"The details show where, and what it printed last. {self._kept}",
                details=self._details(),
            )
        if name:
            return Failure(
                f"{self._process} was ended from outside{self._when()} ({name})",
                remedy=f"Run it again. {self._kept}",
                details=self._details(),
            )
        return Failure(
            f"{self._process} ended before {self._due}{self._when()}, with exit code {self.code}",
            expected="code that returns: the process is not its own to end",
            remedy=f"Look for os._exit, exit or quit in it. {self._kept}",
            details=self._details(),
        )

    def _killed(self) -> Failure:
        if self.oom_kills:
            return self._out_of_memory("the system killed its process (SIGKILL)")
        memory = self.memory
        if memory.short if memory is not None else self.oom_kills is None:
            return self._out_of_memory(
                "its process was killed (SIGKILL)", "Most likely memory ran out"
            )
        known = (
            f"{self._memory()}, so memory may have run out at once, or somebody killed it"
            if memory is not None
            else "the system has killed none for its memory, so somebody or something else did"
        )
        return Failure(
            f"{self._process} was killed from outside{self._when()} (SIGKILL); {known}",
            remedy="Run it again; if it happens again, make batch, shuffle or prefetch buffers "
            f"smaller, or cache on disk. {self._kept}",
            details=self._details(),
        )

    def _out_of_memory(self, how: str, what: str = "Memory ran out") -> Failure:
        memory, kept = self._memory(), self._kept
        return Failure(
            f"{what}: {how}{self._when()}{'; ' + memory if memory else ''}",
            expected="buffers, cache and batches that fit into memory",
            remedy=f"Make batch, shuffle or prefetch buffers smaller, or cache on disk. {kept}",
            details=self._details(),
        )

    def _unknown_flag(self) -> Failure:
        line = next(line for line in self.output.splitlines() if _UNKNOWN_FLAG in line)
        told = line[line.index(_UNKNOWN_FLAG) :].strip()
        return Failure(
            f"XLA ended {self._process[0].lower()}{self._process[1:]}: {told}",
            expected="flags that this version of XLA knows",
            remedy="Take it out of the XLA flags, or of the environment.",
            details=self._details(),
            bad_input=True,
        )

    @property
    def _process(self) -> str:
        if self.opening:
            return f"The process that opens {self.opening}"
        return "The process of this run"

    @property
    def _due(self) -> str:
        return "it answered" if self.opening else "the run did"

    @property
    def _kept(self) -> str:
        return "" if self.opening else _KEPT

    def _memory(self) -> str:
        memory = self.memory
        if memory is None:
            return ""
        had = f"{memory.resident_bytes / 1e9:.1f} GB of {memory.limit_bytes / 1e9:.1f} GB"
        where = " of address space" if memory.address_space else ""
        return f"it had {had}{where} when last looked at"

    def _when(self) -> str:
        during = f" while {self.during}" if self.during else " before it said anything"
        return f"{during}, after {self.steps} steps" if self.steps else during

    def _how(self) -> str:
        return self._signal_name() or ("" if self.code is None else f"exit code {self.code}")

    def _signal_name(self) -> str:
        if self.code is None or self.code >= 0:
            return ""
        try:
            return signal.Signals(-self.code).name
        except ValueError:
            return f"signal {-self.code}"

    def _details(self) -> str:
        lines = self.output.strip().splitlines()
        printed = "\n".join(line for line in lines if not line.startswith(_MODULES))
        how = self._how()
        head = f"The process ended with {how}." if how else "The process has not ended."
        return f"{head} What it printed last:\n\n{printed}\n" if printed else f"{head}\n"


_SAID = {
    "SIGSEGV": "invalid memory access",
    "SIGABRT": "a library aborted",
    "SIGBUS": "memory that is not there, such as of a file that became shorter or a full disk",
    "SIGILL": "an instruction that this processor lacks",
}
