"""Opens a person's own code in a process of its own, which answers with a record of it.

This is the one way in which this program learns what a file holds: the code runs in the process
alone, and what comes back are plain values.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.engines.child_process import ChildProcess
from core.engines.far_answers import read_texts
from core.engines.process_end import ProcessEnd
from core.engines.protocols import Cancelled as AskCancelled
from core.machine_memory import oom_kills
from core.measure.loading import load_tensorflow
from core.model.errors import Cancelled, InputError, RunError
from core.model.to_open import ToOpen
from core.model.user_code import UserCode
from core.records.decode import Decoder
from core.records.encode import encode
from core.records.messages import STOP, OpeningMessage, OpenOrder, TrainerBegan, TrainerReady
from core.user_code.declared_workload import open_workload
from core.user_code.known_workloads import recorded_workload
from core.user_code.opening import what_opens
from core.workloads.workload import Workload

Say = Callable[[str], None]
OpenCode = Callable[[ToOpen, Say, AskCancelled], Workload]
"""Opens something; says meanwhile what it is at, and asks whether it is still wanted."""

_ANSWERS = Decoder(TrainerBegan, TrainerReady, OpeningMessage)
_LOOK_S = 0.05
_PATIENCE_S = 2.0
"""So long the process has to tidy up: what the code wants done at its end, or on Ctrl-C."""


class Opening:
    """One opening, from the order to the answer."""

    def __init__(self, child: ChildProcess, wanted: ToOpen, machine: str = "") -> None:
        """Take a process, new or spare.

        Args:
            child: The process; it is ended with the opening.
            wanted: What is to be opened.
            machine: Where the process and the file are; empty for this machine.
        """
        self._child, self._wanted, self._machine = child, wanted, machine
        self._at = ""
        self._texts: dict[str, bytes] = {}

    def workload(self, say: Say, cancelled: AskCancelled) -> Workload:
        """Wait for the answer, and make a workload of it.

        Args:
            say: Told what the process is at.
            cancelled: Asked often; once it says True the process is ended.

        Raises:
            Cancelled: It is not wanted any more.
            InputError: There is nothing to be opened.
            RunError: The code raised, with its own traceback; or its process ended.
        """
        kills = oom_kills()
        try:
            self._child.send(encode(OpenOrder(self._wanted, bool(self._machine))))
            code = self._code(say, cancelled)
        except RunError as error:
            self._child.end(_PATIENCE_S)  # then all is there that it printed
            if printed := self._child.output.strip():
                error.details = f"{error.details.rstrip()}\n\nWhat it printed last:\n\n{printed}\n"
            raise
        finally:
            exit_code = self._child.end(_PATIENCE_S)
        if code is None:
            raise self._ended(exit_code, kills)
        workload = recorded_workload(code.on(self._machine), self._texts)
        if workload is not None:
            return workload
        if self._machine:
            raise InputError(
                f"{self._wanted.short} declares a workload, whose stages are code of "
                f"{self._machine} that this program itself would have to run",
                expected=f"a function or a training script of {self._machine}",
                remedy="Let a function of a file there, such as make_dataset, build the same "
                "dataset: each of its tf.data calls is a stage. Or start this program there with "
                "--record-to FOLDER, and follow the folder here.",
            )
        # The stages of a declared workload are code. The process has tried that it opens.
        load_tensorflow()
        return open_workload(Path(str(what_opens(self._wanted.text))))

    def _code(self, say: Say, cancelled: AskCancelled) -> UserCode | None:
        """What the process answers; None where it ended without."""
        ended = False
        while not cancelled():
            try:
                payload = self._child.record(_LOOK_S)
                answer = None if payload is None else _ANSWERS.decode(payload)
            except EOFError:
                return None
            except ValueError as error:
                raise self._garbage(error) from error
            if payload is None and ended:
                return None  # something else holds the pipe open
            # What it wrote last may have come since it was looked for.
            ended = not self._child.alive
            if not isinstance(answer, OpeningMessage):
                continue
            if answer.error is not None:
                raise answer.error
            if answer.code is not None:
                self._texts = read_texts(answer.texts)
                return answer.code
            self._at = answer.at
            say(answer.at)
        self._child.send(STOP)
        raise Cancelled

    def _garbage(self, error: ValueError) -> RunError:
        return RunError(
            f"The process that opens {self._wanted.short} sent invalid data on its event pipe "
            f"({error}), so it was ended",
            expected="code that leaves the pipe of its process alone",
            remedy="Does the code write to files by their number, or close them (os.closerange)?",
        )

    def _ended(self, code: int | None, kills: int | None) -> RunError:
        if lost := self._child.lost:
            return RunError(
                f"The connection to {self._machine} was lost while {self._wanted.short} was "
                f"opened ({lost})",
                remedy=f"Open it again once `ssh {self._machine}` works.",
                details=self._child.output,
            )
        if (far_end := self._child.far_end) is not None:
            code = far_end.code
            killed = far_end.oom_kills
        else:
            now = oom_kills()
            killed = None if kills is None or now is None else now - kills
        end = ProcessEnd(
            code, self._child.output, self._at, oom_kills=killed, opening=self._wanted.short
        ).failure()
        return RunError(
            end.what, expected=end.expected, remedy=end.remedy.strip(), details=end.details
        )
