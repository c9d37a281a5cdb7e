"""Which engine a run takes, and why."""

from __future__ import annotations

from dataclasses import dataclass

from core.model.environment import machine_of
from core.model.plan import PROCESS, WINDOW
from core.model.settings import Settings
from core.model.user_code import UserCode
from core.pipeline.stages.process import only_isolated


@dataclass(frozen=True)
class EngineChoice:
    """An engine and why it is that one.

    Attributes:
        engine: One of ``core.model.plan.ENGINES``.
        why: In words, behind a colon; empty where nothing speaks for the other.
    """

    engine: str
    why: str = ""

    @property
    def text(self) -> str:
        """``isolated: a comparison or sweep``, or ``in this window``."""
        named = "isolated" if self.engine == PROCESS else "in this window"
        return f"{named}: {self.why}" if self.why else named


OWN_CODE = "your own code always runs in a process of its own"
OTHER_INTERPRETER = "another interpreter is another process"


def engine_for(
    code: UserCode | None,
    settings: Settings,
    *,
    experiment: bool = False,
    wanted: str | None = None,
    elsewhere: str = "",
) -> EngineChoice:
    """The engine that a run takes.

    Args:
        code: The person's own code that is run; None for a built-in workload.
        settings: With these settings.
        experiment: It is one of a comparison's or sweep's runs.
        wanted: The engine that the person chose; None lets the rest decide.
        elsewhere: The Python that it trains in, as a plan names it; empty for this program's.
    """
    if machine := machine_of(elsewhere):
        return EngineChoice(PROCESS, f"on {machine}")
    if code is not None:
        return EngineChoice(PROCESS, OWN_CODE)
    if elsewhere:
        return EngineChoice(PROCESS, OTHER_INTERPRETER)
    if wanted is not None:
        return EngineChoice(wanted)
    if experiment:
        return EngineChoice(PROCESS, "a comparison or sweep")
    keys = only_isolated(settings)
    if keys:
        are = "is" if len(keys) == 1 else "are"
        return EngineChoice(PROCESS, f"{' and '.join(keys)} {are} set")
    if str(settings["fit.device"]).startswith("gpu"):
        return EngineChoice(PROCESS, "the GPU's memory is free again once its process ends")
    stages = [stage for stage in settings.chain.stages if stage.is_on(settings)]
    if any(stage.runs_python(settings) for stage in stages):
        why = "a Python function in the pipeline holds Python's global lock"
        return EngineChoice(PROCESS, why)
    return EngineChoice(WINDOW)
