"""What to try first, by a run's own numbers."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.doubts.catalogue import doubts
from core.analysis.findings.finding import Finding, Severity
from core.analysis.stages.executed_view import StageRow
from core.metrics.catalogue import metric
from core.model.measured.ceilings import Ceilings
from core.model.plan import Part
from core.model.quantity import Quantity, significant
from core.model.run import Run

_WAIT, _HOST, _TURNAROUND = (
    metric(f"{name}_percent") for name in ("input_wait", "host", "epoch_turnaround")
)
_LITTLE = 5.0
"""A share of the time, in percent, that is no reason to change anything: as in comparisons."""
_OVERLAP = ("no_prefetch", "prefetch_not_last")


def what_to_try_first(
    run: Run, findings: Sequence[Finding] = (), rows: Sequence[StageRow] = ()
) -> str:
    """One paragraph: what limits the run, by how much, and what to change first.

    Args:
        run: Whose numbers count.
        findings: What was found of its pipeline, the gravest first.
        rows: Its executed pipeline (see ``executed_view``).
    """
    if run.plan.part is not Part.WHOLE:
        return f"{run.name} measured the {run.plan.part}: what limits a training, it cannot say."
    wait = _WAIT.of(run)
    if wait.value is None:
        return f"{run.name} says nothing about what limits it: {wait.text()}."
    gpu = run.plan.device.startswith("gpu")
    who = "the training loop" if gpu else "the model"
    sentences = [
        f"In {run.name} {who} waited for input for {wait.text()} of the time ({wait.provenance()})."
    ]
    if gpu:
        sentences.append(
            "Steps are only queued on a GPU: it may have been at work meanwhile, so this is the "
            "most that it can have waited."
        )
    if wait.value >= _LITTLE:
        sentences += _much(run, wait, findings, rows)
    elif run.exceeded is None:
        sentences += _little(run, wait.value)
    # Beside a step that is longer than the emulated one, a short wait says nothing.
    found_doubts = doubts(run)
    if found_doubts:
        sentences.append(f"Mind the doubt about these figures: {found_doubts[0].text}")
    return " ".join(sentences)


def _gain(percent: float) -> str:
    """How many times as high throughput would be without a part of the time."""
    return significant(1.0 / (1.0 - percent / 100.0))


def _little(run: Run, percent: float) -> list[str]:
    sentences = [
        f"Without any wait and all else as it is, throughput would be {_gain(percent)} times as "
        "high: the pipeline is not what to work on."
    ]
    host, turnaround = _HOST.of(run), _TURNAROUND.of(run)
    parts = [part for part in (host, turnaround) if part.value is not None]
    largest = max(parts, key=lambda part: part.value or 0.0, default=None)
    if largest is None:
        return sentences
    if (largest.value or 0.0) < _LITTLE:
        sentences.append("Nearly all of the time is the train step: only a faster step helps.")
    elif largest is host:
        sentences.append(
            f"Between steps, Keras and Python take {host.text()}: try a larger "
            "fit.steps_per_execution."
        )
    else:
        sentences.append(
            f"Between epochs {turnaround.text()} of the time passes: longer epochs, or steps per "
            "epoch as a number, so that one iterator serves all of them."
        )
    return sentences


def _much(
    run: Run, wait: Quantity, findings: Sequence[Finding], rows: Sequence[StageRow]
) -> list[str]:
    percent = wait.value or 0.0
    sentences = []
    if percent < 100.0:
        sentences.append(
            f"Without that wait and all else as it is, throughput would be {_gain(percent)} times "
            "as high."
        )
    slow = None
    if run.ceilings is None:
        sentences.append(
            "Whether the pipeline is too slow or only does not overlap with the model, the "
            "ceilings would tell (Ctrl+E)."
        )
    else:
        slow = run.ceilings.pipeline_examples_per_s < run.ceilings.model_examples_per_s
        sentences.append(_limits(run.ceilings, slow))
    tight = next((row for row in rows if row.narrowest), None)
    if tight is not None and slow is not False:
        sentences.append(
            f"The narrowest stage is {tight.written or tight.executed}: at most "
            f"{tight.capacity.text()} ({tight.capacity.provenance()}, an estimate)."
        )
    first = _first(findings, slow, tight)
    if first is not None:
        how = first.remedy[:1].lower() + first.remedy[1:-1]
        if first.change:
            how = f"set {first.change_text}"
        sentences.append(f"Try first: {how} ({first.title}, {first.where}).")
    return sentences


def _limits(ceilings: Ceilings, slow: bool) -> str:
    pipeline, model = (
        significant(value)
        for value in (ceilings.pipeline_examples_per_s, ceilings.model_examples_per_s)
    )
    if slow:
        return (
            f"Also alone the pipeline delivers {pipeline} examples/s where the model could take "
            f"{model} ({ceilings.source()}): the pipeline itself has to become faster."
        )
    sentence = (
        f"Alone the pipeline delivers {pipeline} examples/s and the model takes {model} "
        f"({ceilings.source()}): it is fast enough, but its work does not overlap with the model's"
    )
    if ceilings.contended_examples_per_s is not None:
        return f"{sentence}, or both need the same cores."
    return f"{sentence}."


def _first(
    findings: Sequence[Finding], slow: bool | None, tight: StageRow | None
) -> Finding | None:
    """The finding about time that the numbers point at; None where they point at none."""
    wrong = next((finding for finding in findings if finding.key == "calls_beyond_cycle"), None)
    about = [finding for finding in findings if finding.about_time]
    overlap = [finding for finding in about if finding.key in _OVERLAP]
    if wrong is not None:
        return wrong
    if slow is False:
        return overlap[0] if overlap else None
    narrow = tight.written.split(" + ") if tight is not None else []
    there = [finding for finding in about if finding.stage in narrow and finding not in overlap]
    others = [finding for finding in about if finding not in overlap]
    costly = [
        finding for finding in (*there, *overlap, *others) if finding.severity is Severity.COSTLY
    ]
    if slow:
        return next(iter((*there, *others)), None)
    return next(iter((*costly, *there, *about)), None)
