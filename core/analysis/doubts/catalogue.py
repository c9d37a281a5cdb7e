"""Reasons to doubt a run's figures, shown wherever the figures are."""

from __future__ import annotations

import numpy as np

from core.analysis.doubts.cache import cache_not_filled
from core.analysis.doubts.data_ran_out import data_ran_out
from core.analysis.doubts.doubt import Doubt
from core.analysis.doubts.machine import clock, gpu, memory, others
from core.analysis.doubts.not_finite import not_finite
from core.analysis.stages.model_wait import model_wait
from core.metrics.accounting import (
    LEAST_STEPS,
    Account,
    account,
    steady_account,
    steady_start,
)
from core.metrics.share_of_ceiling import ShareOfCeiling
from core.model.plan import PROCESS
from core.model.quantity import Quantity, Source, significant
from core.model.run import Run, RunState
from core.pipeline.example import example_of
from core.pipeline.stages.stand_in import STAND_IN

FEW_STEPS = 30
"""Figures of fewer steady steps are rough."""

_DRIFT_PERCENT = 15.0
_TURNAROUND_PERCENT = 20.0
_LONG_STEP_SHARE, _MANY_TIMES, _LEAST_FOR_ONE = 0.15, 10.0, 20
_FILL_SHARE = 0.2
_ABOVE_PERCENT = 110.0
_SHARE = ShareOfCeiling()

# What the performance model and the loop may be apart on input wait: points of the time, and
# what TensorFlow's hand-over of a batch between threads takes, which only the loop sees: 0.05 to
# 0.5 ms a step, most of a wait that is short. Where other programs took the processor it was 2 ms.
_APART_PERCENT = 5.0
_HAND_OVER_S = 0.001
_LEAST_COMPARED = 10


def doubts(run: Run) -> tuple[Doubt, ...]:
    """Everything that makes a run's own figures doubtful, the gravest first.

    A run under way is not judged; neither is one that measured nothing, which says so itself.
    """
    if not run.state.over or run.samples.steps == 0:
        return ()
    each = [
        _ending(run),
        _loss(run),
        _emulation(run),
        data_ran_out(run),
        clock(run),
        memory(run),
        gpu(run),
        _python(run),
        cache_not_filled(run),
        _rows(run),
        _model(run),
    ]
    steady = steady_account(run)
    if steady is not None:
        long_step = _long_step(run, steady)
        each += [others(run), _few(steady), _fill(run), long_step, _above_ceiling(run)]
        # One long step is all there is to the drift.
        each += [None if long_step else _drift(run, steady), _turnaround(steady)]
    return tuple(doubt for doubt in each if doubt is not None)


def _ending(run: Run) -> Doubt | None:
    if run.state is RunState.DONE:
        # What is wrong with its data although the training went through.
        return None if run.failure is None else Doubt("damaged_data", run.failure.text())
    was = "was " if run.state.cut_short else ""
    return Doubt("ended_early", f"The run {was}{run.state.value} before its end.")


def _loss(run: Run) -> Doubt | None:
    lost = not_finite(run)
    if lost is None:
        return None
    return Doubt(
        "loss_not_finite",
        f"The loss is {lost.word} {lost.when()}: the speed figures hold, the training does not. "
        "Look for NaN in the data (tf.debugging.check_numerics in a map), for a learning rate that "
        "is too high, or for a division by 0 or the logarithm of 0 in the model.",
    )


def _emulation(run: Run) -> Doubt | None:
    beyond = run.exceeded
    if beyond is None:
        return None
    # Of a workload without that knob, or of a run with the stand-in, only the device is left.
    stand_in = run.plan.settings.get(STAND_IN) is False
    return Doubt(
        "emulation_exceeded",
        f"The emulated accelerator of {beyond.ms:g} ms is {beyond.words}. The pipeline fed a "
        "slower device, and the model took cores from it: these figures say nothing about an "
        f"accelerator of {beyond.ms:g} ms. "
        + ("Train the stand-in model (--stand-in), or e" if stand_in else "E")
        + f"mulate more than {beyond.own_words}.",
    )


def _rows(run: Run) -> Doubt | None:
    """Elements that hold more than their batches made: two views of each example, or crops."""
    settings = run.settings
    made = None if settings is None else example_of(settings, "").most
    most = int(run.samples.examples.max())
    if made is None or most <= made:
        return None
    return Doubt(
        "more_rows",
        f"A step had up to {most} rows, although its batch has {made} examples: a function behind "
        "the batch makes several rows of an example. Throughput counts rows.",
    )


def _few(steady: Account) -> Doubt | None:
    if steady.steps >= FEW_STEPS:
        return None
    return Doubt(
        "few_steps",
        f"Only {steady.steps} steady steps ({FEW_STEPS} are wanted): the figures are rough. "
        "Train longer.",
    )


def _drift(run: Run, steady: Account) -> Doubt | None:
    start, stop = steady_start(run), run.samples.steps
    middle = (start + stop) // 2
    halves = account(run.samples, start, middle), account(run.samples, middle, stop)
    if steady.steps < FEW_STEPS or halves[0] is None or halves[1] is None:
        return None
    first, second = (half.examples / half.wall_s for half in halves if half is not None)
    change = 100.0 * (second / first - 1.0) if first else 0.0
    if abs(change) <= _DRIFT_PERCENT:
        return None
    return Doubt(
        "drift",
        f"Throughput drifted by {change:+.0f} % from the first half of the steady part to the "
        "second: a buffer filled or emptied meanwhile, or another program took the processor. "
        "Train longer, or run it again.",
    )


def _long_step(run: Run, steady: Account) -> Doubt | None:
    """One step that took a good part of the time, as when something is compiled again."""
    samples, start = run.samples, steady_start(run)
    took_s = samples.done_s[start:] - samples.asked_s[start:]
    if run.tracing is not None:
        took_s[max(run.tracing.first - start, 0) : max(run.tracing.stop - start, 0)] = 0.0
    if steady.steps < _LEAST_FOR_ONE or steady.wall_s <= 0:
        return None
    longest = int(np.argmax(took_s))
    share = float(took_s[longest]) / steady.wall_s
    if share < _LONG_STEP_SHARE or took_s[longest] < _MANY_TIMES * float(np.median(took_s)):
        return None
    examples = samples.examples[start:]
    usual, its = int(np.median(examples)), int(examples[longest])
    why = ""
    if its != usual:
        why = (
            f" Its batch has {its} examples instead of {usual}, for which the train step may have "
            "been compiled again: drop_remainder avoids that."
        )
    elif start + longest in samples.epoch_starts:
        why = " It is the first of an epoch: buffers are filled anew."
    return Doubt(
        "long_step",
        f"One step took {significant(float(took_s[longest]))} s, {100 * share:.0f} % of the steady "
        f"part, and all averages contain it.{why}",
    )


def _fill(run: Run) -> Doubt | None:
    """A first batch that was long in coming, in a run whose only epoch leaves that out."""
    samples = run.samples
    if len(samples.epoch_starts) != 1 or samples.steps < LEAST_STEPS:
        return None
    wall_s = float(samples.done_s[-1] - samples.asked_s[0])
    first_s = float(samples.ready_s[0] - samples.asked_s[0])
    if wall_s <= 0 or first_s < _FILL_SHARE * wall_s:
        return None
    return Doubt(
        "fill_left_out",
        f"The first batch took {significant(first_s)} of {significant(wall_s)} s (filling a "
        "shuffle, opening files) and is left out as warm-up, but training pays it in every epoch. "
        "Train two epochs or more to have it in the figures.",
    )


def _above_ceiling(run: Run) -> Doubt | None:
    share = _SHARE.of(run).value
    if share is None or share <= _ABOVE_PERCENT:
        return None
    return Doubt(
        "above_ceiling",
        f"It reached {share:.0f} % of the lower ceiling, which is an upper bound: the ceilings or "
        "this run were disturbed, or one of them paid for filling buffers that the other had full. "
        "Measure both again, and train longer.",
    )


def _turnaround(steady: Account) -> Doubt | None:
    percent = steady.percent(steady.epoch_turnaround_s)
    if percent < _TURNAROUND_PERCENT:
        return None
    return Doubt(
        "epoch_turnaround",
        f"{significant(percent, 2)} % of the time passed between epochs: they are short beside "
        "what it costs to begin one. Train on more data an epoch.",
    )


def _python(run: Run) -> Doubt | None:
    stages = run.prepared.python_stages if run.prepared else ()
    if not stages or run.plan.engine == PROCESS:
        # Isolated, it shares the GIL with nothing that a script of one's own would not have.
        return None
    return Doubt(
        "python_function",
        f"A Python function runs in {' and '.join(stages)}: it holds the GIL, which the training "
        "loop and the window need too, so figures in the window can be 10 to 25 % low. Train it "
        "isolated.",
    )


def _model(run: Run) -> Doubt | None:
    both = model_wait(run)
    if both is None or len(both.steps) < _LEAST_COMPARED:
        return None
    points = abs(both.loop_percent - both.model_percent)
    if points <= _APART_PERCENT or abs(both.apart_s) <= _HAND_OVER_S:
        return None
    by_model, by_loop = (
        Quantity(percent, "%", source, emulated=run.emulations)
        for percent, source in (
            (both.model_percent, Source.PERFORMANCE_MODEL),
            (both.loop_percent, Source.LOOP),
        )
    )
    return Doubt(
        "model_disagrees",
        f"The performance model disagrees with the loop's own clock: over the same "
        f"{len(both.steps)} steps input wait was {by_model.text()} of the time "
        f"({by_model.provenance()}) and {by_loop.text()} ({by_loop.provenance()}). Batches were "
        "handed over late between TensorFlow's threads, as on an overloaded processor, or one of "
        "the two is wrong. Close other programs and run it again.",
    )
