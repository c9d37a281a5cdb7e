"""How far the run under way is, in a fraction, in words and in seconds."""

from __future__ import annotations

from core.analysis.comparisons.knob_values import with_names
from core.model.events import Phase
from core.model.plan import Part
from core.model.recording import Recording
from core.model.turn import ExperimentKind, Turn


def turn_in_words(turn: Turn) -> str:
    """``B 3`` in a comparison, ``#12, repeat 2`` in a sweep."""
    if turn.kind == ExperimentKind.COMPARISON:
        return turn.name
    return f"{turn.letter}, repeat {turn.repeat + 1}"


def progress(recording: Recording) -> float | None:
    """How much of its present work a run has done, from 0 to 1; None where nobody knows.

    Of a diagnosis how much of its time is used: it may end before that.
    """
    answer = recording.run().answer
    if answer is not None and answer.now and answer.budget_s > 0:
        return min(1.0, answer.wall_s / answer.budget_s)
    if recording.phase is not Phase.TRAINING:
        return recording.progress.fraction if recording.progress else None
    total = _total_steps(recording)
    return None if total is None else min(1.0, recording.steps / total)


def describe(recording: Recording) -> str:
    """What a run is doing: ``training · epoch 2/5 · step 87/300 · 14 s left``."""
    run, part = recording.run(), recording.run().plan.part
    if part is Part.DIAGNOSIS and run.answer is not None and run.answer.now:
        left_s = max(run.answer.budget_s - run.answer.wall_s, 0.0)
        knobs = run.settings.chain.knobs if run.settings is not None else {}
        return with_names(f"diagnosing · {run.answer.now} · at most {left_s:.0f} s left", knobs)
    if part is not Part.WHOLE and recording.phase is Phase.TRAINING:
        return f"measuring ceilings: {part} · step {recording.steps}"
    if recording.phase is None:
        return "starting"
    if recording.phase is not Phase.TRAINING:
        text = recording.progress.text if recording.progress else ""
        return f"{recording.phase} · {text}" if text else str(recording.phase)
    prepared = recording.run().prepared
    if prepared is None:
        return str(recording.phase)
    steps = prepared.steps_per_epoch or _seen_steps_per_epoch(recording)
    parts = [
        str(recording.phase),
        f"epoch {recording.epoch + 1}/{prepared.epochs}",
        f"step {recording.steps_in_epoch}" + (f"/{steps}" if steps else ""),
    ]
    beyond = recording.run().exceeded
    if beyond is not None:
        parts.append(f"emulated {beyond.ms:g} ms exceeded: a step takes {beyond.own_words}")
    left = seconds_left(recording)
    return " · ".join((*parts, f"{left:.0f} s left") if left is not None else parts)


def seconds_left(recording: Recording) -> float | None:
    """Estimate from the pace of the last steps; None while there is nothing to go by."""
    total, samples = _total_steps(recording), recording.run().samples
    if total is None or samples.steps < 5:
        return None
    recent = max(0, samples.steps - 200)
    pace = (samples.done_s[-1] - samples.asked_s[recent]) / (samples.steps - recent)
    return float(max(0.0, (total - samples.steps) * pace))


def _total_steps(recording: Recording) -> int | None:
    prepared = recording.run().prepared
    if prepared is None:
        return None
    steps = prepared.steps_per_epoch or _seen_steps_per_epoch(recording)
    starts = recording.run().samples.epoch_starts
    if not steps or len(starts) == 0:
        return None
    # An epoch that is over may have ended early: its data ran out.
    return int(starts[-1]) + (prepared.epochs - len(starts) + 1) * steps


def _seen_steps_per_epoch(recording: Recording) -> int | None:
    """Where TensorFlow does not know the length of the data, the first epoch shows it."""
    starts = recording.run().samples.epoch_starts
    return int(starts[1] - starts[0]) if len(starts) > 1 else None
