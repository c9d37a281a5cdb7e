"""An answer with something in all of its parts. Made up: nothing of it was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.engines.protocols import Cancelled, Fit
from core.model.diagnosis import (
    Answer,
    ChangedKnob,
    CutRate,
    DiagnosisOptions,
    Evidence,
    Limit,
    Suggestion,
    Trial,
)
from core.model.events import AnswerFound, Event, Phase, PhaseStarted, RunEnded
from core.model.plan import Part, RunPlan
from core.model.run import Run, RunState
from core.session import Session
from core.workloads.augmented import Augmented

FILE = "/home/me/train.py"


def an_answer(**changes: Any) -> Answer:
    """A finished answer."""
    rates = (
        CutRate("source", "source", elements_per_s=49e3, examples_per_s=49e3, cores=1.0),
        CutRate("map", "map decode", FILE, 14, "", 155.0, 155.0, 0.9, None, 0.1, 12288.0, 6.4e-3),
        CutRate("batch", "batch", FILE, 16, "", 4.7, 150.0, 0.9, 9.0, 0.2, 393216.0, 2e-4),
        CutRate("cache", "cache", note="not measured: it can be read only once"),
    )
    answer = Answer(
        finished=True,
        headline=(
            "Waiting for input 49 % of the time. Limit: map decode (train.py:14) works on one "
            "element after the other (0.9 of 4 cores busy).",
            "map.num_parallel_calls=4 calls, prefetch.buffer_size=autotune: 2.93 times as fast "
            "[2.70, 3.10], 5 pairs.",
        ),
        limit=Limit.SEQUENTIAL,
        narrow_stage="map",
        examples_per_s=150.0,
        input_wait_percent=49.0,
        host_percent=2.0,
        turnaround_percent=1.0,
        model_examples_per_s=3200.0,
        pipeline_examples_per_s=150.0,
        batch_examples=32.0,
        break_even_step_s=0.213,
        cut_rates=rates,
        changes=(
            ChangedKnob("map.num_parallel_calls", "off", 4, "map decode", FILE, 14, 2.1, 1.9, 2.3),
            ChangedKnob(
                "prefetch.buffer_size",
                "off",
                "autotune",
                "prefetch",
                memory_bytes=1.1e9,
                changes_training="another order",
            ),
        ),
        recommended=dict(
            Augmented()
            .chain.defaults()
            .with_values({"map.num_parallel_calls": 4, "prefetch.buffer_size": "autotune"})
        ),
        gain=2.93,
        gain_low=2.7,
        gain_high=3.1,
        gain_pairs=5,
        tried=(
            Trial("prefetch 8", {"prefetch.buffer_size": 8}, 1.0, 0.98, 1.02, 3),
            Trial("a cache", {}, note="not measured: the disk is full"),
        ),
        only_you_can=(
            Suggestion(
                "Write blur in TensorFlow operations", "Python's lock", "map", FILE, 22, 1.3
            ),
        ),
        not_allowed=(Suggestion("cache behind the flip", "changes the training", gain=1.2),),
        doubts=("The model's own step takes 18 ms, longer than the emulated 10 ms.",),
        evidence=(Evidence(5.0, "As it is: 150 examples/s."),),
        wall_s=95.0,
        budget_s=300.0,
        emulated=("emulated accelerator 10 ms",),
    )
    return replace(answer, **changes)


def with_answer(fit: Fit, answer: Answer | None = None) -> Fit:
    """The same, with an answer before its last word."""

    def carry_out(plan: RunPlan, emit: Callable[[Event], None], cancelled: Cancelled) -> None:
        def say(event: Event) -> None:
            if isinstance(event, RunEnded) and plan.part is Part.DIAGNOSIS:
                emit(AnswerFound(answer or an_answer(recommended=dict(plan.settings))))
            emit(event)

        fit(plan, say, cancelled)

    return carry_out


def record_diagnosis(session: Session, answer: Answer | None = None, *, over: bool = True) -> Run:
    """A recorded diagnosis of ``augmented``, over or under way."""
    workload = Augmented()
    plan = session.plan(
        workload, workload.chain.defaults(), Part.DIAGNOSIS, diagnosis=DiagnosisOptions()
    )
    session.begin(plan)
    session.handle(PhaseStarted(Phase.DIAGNOSING, 1.0))
    session.handle(AnswerFound(answer or an_answer()))
    if over:
        session.handle(RunEnded(RunState.DONE))
    return session.run(plan.id)
