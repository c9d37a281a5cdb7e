"""Folders and Python files of another machine, looked at through a process there."""

from __future__ import annotations

from core.engines.child_output import ChildOutput
from core.engines.far_answers import FarAnswer, FarQuestion
from core.engines.far_process import start
from core.engines.interpreter import Interpreter
from core.model.errors import RunError
from core.records.decode import Decoder
from core.records.encode import encode
from core.records.messages import TrainerBegan, raised

_ANSWERS = Decoder(TrainerBegan, FarAnswer)
_WITHIN_S = 30.0
_ENDS_WITHIN_S = 1.0


class FarFiles:
    """One process over there, until it is closed; its methods wait for its answers."""

    def __init__(self, interpreter: Interpreter) -> None:
        """Start it.

        Args:
            interpreter: A Python of that machine.

        Raises:
            RunError: The system starts no further process.
        """
        self._machine, self._gone = interpreter.machine, ""
        try:
            self._child = start(ChildOutput(), lambda payload: None, interpreter=interpreter)
        except OSError as error:
            raise RunError(f"ssh cannot be started ({error.strerror or error})") from error

    def folder(self, path: str = "") -> FarAnswer:
        """What is in a folder; in the home folder without a path.

        Raises:
            ExplorerError: It cannot be read, or the machine does not answer.
        """
        return self._ask(FarQuestion(path, folder=True))

    def file(self, path: str) -> FarAnswer:
        """What could be opened in a Python file; nothing of it is run.

        Raises:
            ExplorerError: There is none, or the machine does not answer.
        """
        return self._ask(FarQuestion(path))

    def close(self) -> None:
        """End it."""
        self._child.end()

    def __enter__(self) -> FarFiles:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _ask(self, question: FarQuestion) -> FarAnswer:
        if not self._gone:
            self._child.send(encode(question))
        while not self._gone:
            try:
                payload, why = self._child.record(_WITHIN_S), "it does not answer"
            except (EOFError, ValueError):
                payload, why = None, ""
            if payload is None:
                self._end(why)
                break
            answer = _ANSWERS.decode(payload)
            if isinstance(answer, FarAnswer):
                if answer.failure is not None:
                    raise raised(answer.failure)
                return answer
        raise RunError(
            f"{self._machine} did not list {question.path or '~'} ({self._gone})",
            remedy=f"Try again once `ssh {self._machine}` works.",
        )

    def _end(self, why: str) -> None:
        """End what does not answer: what it may say later would be taken for another answer."""
        # How ssh ended is known only then.
        self._child.end(0.0 if why else _ENDS_WITHIN_S)
        self._gone = why or self._child.lost or self._child.output.strip() or "it ended"
