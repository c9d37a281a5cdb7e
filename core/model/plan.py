"""What is to be run: frozen before it starts, enough to run it again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from core.model.diagnosis import Answer, DiagnosisOptions
from core.model.environment import interpreter_name
from core.model.settings import Settings
from core.model.tracing import TraceOptions
from core.model.turn import Turn
from core.model.user_code import UserCode, WatchedFit
from core.python_versions import StrEnum

WINDOW = "window"
PROCESS = "process"
DEVICE = "fit.device"
"""The setting that says where the model trains."""
ENGINES = (WINDOW, PROCESS)
"""Where ``model.fit`` runs: in the program itself, on a thread; or isolated, in a process of its
own that ends with the run."""
WATCHED = "watched"
ENGINE_WORDS = {
    WINDOW: "in this process",
    PROCESS: "a process of its own",
    WATCHED: "its own script, watched",
}
"""How a run's environment names its engine: runs of unlike engines are never put together."""


class Part(StrEnum):
    """What of a training takes place."""

    WHOLE = "model and pipeline"
    MODEL = "model alone"
    PIPELINE = "pipeline alone"
    DIAGNOSIS = "diagnosis"


def new_id() -> str:
    """An id that no run has."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class RunPlan:
    """One run to come. Plain values only, so it travels to another process and to disk.

    Attributes:
        workload: Id of the workload.
        settings: A value for every knob.
        data_folder: Folder that holds generated data.
        id: Unique for all time.
        part: All of it, or one part alone to measure a ceiling.
        turn: Its place in an experiment; None for a run by itself.
        code: The person's own code that it runs; None for a built-in workload.
        engine: Where it trains: one of ``ENGINES``.
        diagnosis: What a diagnosis may do; None for any other part.
        resumed: What a diagnosis found out before it was stopped, to go on from; None for nothing.
        trace: Trace some of its steps; None: none.
        interpreter: The Python that it trains in, by its executable, with the machine that it is
            on in front where that is another; empty for this program's own.
        watched: The call of a script's own training that was watched; None for any other run.
    """

    workload: str
    settings: Settings
    data_folder: str
    id: str = field(default_factory=new_id)
    part: Part = Part.WHOLE
    turn: Turn | None = None
    code: UserCode | None = None
    engine: str = WINDOW
    diagnosis: DiagnosisOptions | None = None
    trace: TraceOptions | None = None
    interpreter: str = ""
    resumed: Answer | None = None
    watched: WatchedFit | None = None

    @property
    def device(self) -> str:
        """Where the model trains: ``cpu``, ``gpu:N`` or ``emulated:<ms>``."""
        return str(self.settings[DEVICE])

    @property
    def place(self) -> str:
        """The device, and the Python and machine where they are not this program's own."""
        return f"{self.device}{self.elsewhere}"

    @property
    def elsewhere(self) -> str:
        """Behind words: `` (gpu1: venv)``, the Python and its machine; empty for this program's."""
        return f" ({interpreter_name(self.interpreter)})" if self.interpreter else ""
