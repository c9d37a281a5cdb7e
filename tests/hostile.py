"""Runs and experiments whose every text was made to do harm, and whose numbers are absurd."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.model.chain import recorded
from core.model.experiment import Experiment, SweptKnob
from core.model.kinds import Value
from core.model.measured.executed import NodeReading, PipelineReading
from core.model.measured.fingerprint import Fingerprint
from core.model.measured.resources import Resources, ResourcesAbout
from core.model.measured.samples import Samples
from core.model.plan import RunPlan
from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.model.run import Failure, Label, PhaseTime, Prepared, Run, RunState
from core.model.turn import ExperimentKind, Turn
from core.model.user_code import CodeKind, Opened, UserCode
from tests.builders import even_samples
from tests.logs import log_of_run

MARK = "h0stile"
"""In each of the texts, so that it can be found again."""

TEXTS = (
    f"<b>{MARK}</b><img src=x onerror=alert(1)><script>alert(1)</script>",
    f"</script></style></svg></title>--><svg onload=alert(1)>{MARK}",
    f'" onmouseover="alert(1)" x="{MARK}',
    f"=cmd|' /C calc'!{MARK}",
    f"@SUM(1+1)*{MARK}",
    f"{MARK}\n\n\nline two\r\nline three\ttab\v\f",
    f"\x1b]0;title\x07\x1b[2J\x1b[31m{MARK}\x00\x7f\x9b",
    f"\u202e{MARK}\u2066\u2069\u200f\ufeff",
    f"{MARK}" + "Z\u0321\u0348" * 500,
    f"{MARK} " + "long" * 20_000,
    f"&lt;i&gt;{MARK} %s %(x)s {{0}} {{run}} $HOME `id` $(id) && rm -rf /",
    f"{MARK}'); import os; os.system('id') #",
    f'{MARK}"""\nimport os\nos.system("id")\n"""',
    f"../../../../{MARK}\\..\\{MARK}",
    f"{MARK} \U0001f4a9\ud83d",
)

BIG = 2**63 - 1


def hostile_code(text: str) -> UserCode:
    """Code that has this text wherever it can have one."""
    plain = text.replace("\0", "")
    seen = FunctionSeen(text, text, BIG, operations=BIG, kinds=(text,))
    call = RecordedCall(
        text[:400], "map", (Site(text, BIG, -BIG, BIG, BIG, text),), {text[:400]: text}, (text,),
        (text,), text[:400], 10_000, seen, BIG, BIG, text[:400],
    )  # fmt: skip
    opened = Opened((call,), text, True, True, text[:400], others=((text, text),))
    return UserCode(CodeKind.FUNCTION, plain, opened, function=plain)


def hostile_run(text: str, at: int = 0, *, turn: Turn | None = None, workload: str = "") -> Run:
    """A run that has this text wherever a run can have one."""
    values: dict[str, Value] = {
        "fit.device": "emulated:20",
        "batch.batch_size": text,
        "prefetch.buffer_size": BIG,
        f"stage.{text[:400]}": text,
        "source.folder": text,
    }
    node = NodeReading(
        text, text, BIG, False, BIG, BIG, 1e18, BIG, BIG, 1e18, 1e18, True
    )  # fmt: skip
    about = ResourcesAbout(BIG, 1e18, (text, text), text, text)
    rows = np.full((3, Resources.width(about)), 1e18)
    rows[:, 0] = (0, 1, 2)
    return Run(
        plan=RunPlan(
            workload or text,
            recorded(values),
            text,
            f"{at:032x}",
            turn=turn,
            code=hostile_code(text),
        ),
        number=at + 1,
        created="2026-01-02T03:04:05.000+00:00",
        state=RunState.FAILED if at % 2 else RunState.DONE,
        environment={text[:400]: text, "cores": BIG, "memory_bytes": BIG, "python": text},
        prepared=Prepared(
            10**12, 10**18, 10**15, 10**15, (text,), text, 10**18, 10**18, (text, text)
        ),
        samples=odd_samples(),
        pipeline=(PipelineReading(0.1, (node,), BIG, 1e18, 1e18),) * 3,
        resources=Resources(about, rows),
        fingerprint=Fingerprint(((1, text[:60]), (BIG, text[:60])), True),
        epoch_losses=(float("nan"), float("inf"), None, -1e300),
        phases=(PhaseTime(text, 1e18), PhaseTime(text, -1e18)),
        fit_wall_s=1e18,
        time_to_first_batch_s=-1e18,
        failure=Failure(text, text, text, text) if at % 2 else None,
        label=Label(text, text, BIG if at % 3 else -BIG),
    )


def odd_samples() -> Samples:
    """Times that no clock gave, within what is read."""
    samples = even_samples(50, 2)
    done = samples.done_s.copy()
    done[10], done[20], done[30] = -1e10, 1e10, 0.0
    examples = samples.examples.copy()
    examples[5], examples[6] = 2**40, 0
    return replace(
        samples,
        done_s=done,
        examples=examples,
        losses=np.array([np.nan, np.inf]),
        epoch_starts=np.array([0, 0, 0, 25, 50]),
    )


def hostile_experiment(text: str, at: int = 0, workload: str = "") -> Experiment:
    """An experiment that has this text wherever it can have one."""
    kind = ExperimentKind.SWEEP if at % 2 else ExperimentKind.COMPARISON
    sides = tuple(
        recorded(
            {"fit.device": "emulated:20", "batch.batch_size": text, f"stage.{text[:400]}": one}
        )
        for one in (text, 1, 1e18)
    )
    axes = (SweptKnob(f"stage.{text[:400]}", (text, 1, 1e18)),) if at % 2 else ()
    return Experiment(
        kind, workload or text, sides, 2, axes, text, id=f"{at:012x}", name=text,
        created="2026-01-02T03:04:05.000+00:00", code=hostile_code(text),
    )  # fmt: skip


def log_of(run: Run) -> bytes:
    """Its log, as it would come from elsewhere."""
    return log_of_run(replace(run, phases=()))
