"""What is to be known of the engine that a comparison or sweep takes, and what it cannot do."""

from __future__ import annotations

from collections.abc import Iterable

from core.analysis.comparisons.knob_values import knob_name, with_names
from core.model.plan import PROCESS
from core.model.settings import Settings
from core.model.user_code import UserCode
from core.pipeline.stages.process import only_isolated
from core.session.engine_choice import OWN_CODE, engine_for

_SHARED = (
    "In this window the runs share one TensorFlow: what one leaves behind (memory, threads, what "
    "was compiled) the next one finds, and a crash ends all of them."
)


def engine_obstacle(engine: str, configurations: Iterable[Settings]) -> str:
    """Why none of it can be started with this engine, in a sentence; empty where it can."""
    if engine == PROCESS:
        return ""
    held = dict.fromkeys(
        knob_name(key, settings.chain.knobs[key])
        for settings in configurations
        for key in only_isolated(settings)
    )
    if not held:
        return ""
    return f"{' and '.join(held)} cannot be set in this window: choose isolated."


def engine_notes(
    engine: str, code: UserCode | None, configurations: Iterable[Settings]
) -> tuple[str, ...]:
    """Sentences; none where the runs are isolated.

    Args:
        engine: One of ``core.model.plan.ENGINES``.
        code: The person's own code that is run; None for a built-in workload.
        configurations: What is run.
    """
    if engine == PROCESS:
        return ()
    if code is not None:
        return (f"{OWN_CODE[0].upper()}{OWN_CODE[1:]}.",)
    why = dict.fromkeys(
        with_names(choice.why, settings.chain.knobs)
        for settings in configurations
        if (choice := engine_for(code, settings)).engine == PROCESS
    )
    return (
        _SHARED,
        *(f"By themselves, runs like these would be isolated: {reason}." for reason in why),
    )
