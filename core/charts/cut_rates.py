"""Cut rates: how fast the pipeline delivers behind each of its stages, as a falling staircase."""

from __future__ import annotations

import math

from core.charts.chart import (
    ACCENT,
    TEXT,
    Axis,
    Bar,
    Chart,
    ChartKey,
    ChartLine,
    Colour,
    Target,
    Tick,
    Tone,
)
from core.model.diagnosis import Answer, CutRate
from core.model.quantity import significant

_OTHER = Colour(Tone.MUTED, faint=True)
_CROWDED = 4
"""Powers of ten from which on every other one is written."""
SOURCE = "cut rates: the pipeline cut off behind each stage and drained without a model"


def cut_rates_chart(answer: Answer, step_s: float | None = None) -> Chart:
    """A bar for each stage, from the source down to ``fit``, over a logarithmic axis.

    Args:
        answer: What a diagnosis knows.
        step_s: The device's time for a step, in seconds; None for that of the model alone.
    """
    rates = [rate for rate in answer.cut_rates if rate.examples_per_s]
    need = _need(answer, step_s)
    figures = [rate.examples_per_s or 1.0 for rate in rates] + ([need] if need else [])
    low = math.floor(math.log10(min(figures))) if figures else 0
    high = math.ceil(math.log10(max(figures))) if figures else 1
    # A bar of the lowest rate is to be seen, too.
    low, high = low - 1, max(high, low + 1)
    apart = 1 if high - low < _CROWDED else 2
    bars, ticks, table = [], [], [("behind", "where", "examples/s", "elements/s", "cores")]
    for row, rate in enumerate(rates):
        examples = rate.examples_per_s or 1.0
        narrow = rate.stage == answer.narrow_stage
        text = _figure(rate)
        target = Target(math.log10(examples), -row, _texts(rate), note=rate.note, key=rate.stage)
        bars.append(
            Bar(-row, low, math.log10(examples), ACCENT if narrow else _OTHER, False, text, target)
        )
        place = f"  {rate.place}" if rate.place else ""
        ticks.append(Tick(-row, f"{_name(rate)}{place}", f"{_name(rate)}: {text}"))
        table.append(
            (
                _name(rate),
                rate.place,
                _number(rate.examples_per_s),
                _number(rate.elements_per_s),
                _number(rate.cores),
            )
        )
    lines: tuple[ChartLine, ...] = ()
    if need:
        x = math.log10(need)
        lines = (ChartLine(((x, 0.5), (x, 0.5 - max(len(rates), 1))), TEXT, 2, dash=1),)
    missing = [rate for rate in answer.cut_rates if not rate.examples_per_s and rate.note]
    return Chart(
        name="cut-rates",
        title="Examples a second behind each stage",
        description=" ".join(f"{tick.more}." for tick in ticks),
        x=Axis(
            "examples/s behind the stage",
            low,
            high + 0.6,
            tuple(Tick(power, _power(power)) for power in range(low, high + 1, apart)),
        ),
        y=Axis("", 0.5 - max(len(ticks), 1), 0.5, tuple(ticks)),
        marks=(*bars, *lines),
        keys=(
            (
                ChartKey(
                    f"the device needs {significant(need)} examples/s",
                    ChartLine(((0, 0), (1, 0)), TEXT, 2, dash=1),
                ),
            )
            if need
            else ()
        ),
        notes=tuple(f"{rate.title}: {rate.note}." for rate in missing),
        source=SOURCE,
        why_empty="" if bars else "No cut rate was measured.",
        table=tuple(table),
    )


def waits_for(answer: Answer, step_s: float) -> str:
    """What a device with some time for a step would wait for, from cut rates alone.

    Args:
        answer: What a diagnosis knows.
        step_s: The device's time for a step, in seconds.
    """
    need = _need(answer, step_s)
    rates = [rate for rate in answer.cut_rates if rate.examples_per_s and not rate.inside]
    if need is None or not rates:
        return ""
    step = f"By these rates a device with a step of {significant(1000 * step_s)} ms"
    if (rates[-1].examples_per_s or 0.0) >= need:
        return f"{step} does not wait for this pipeline."
    first = next(rate for rate in rates if (rate.examples_per_s or 0.0) < need)
    share = 100.0 * (1.0 - (rates[-1].examples_per_s or 0.0) / need)
    return (
        f"{step} waits {share:.0f} % of the time; the first stage too slow for it: {first.words}."
    )


def _need(answer: Answer, step_s: float | None) -> float | None:
    if step_s is not None and answer.batch_examples:
        return answer.batch_examples / step_s
    return answer.model_examples_per_s


def _name(rate: CutRate) -> str:
    return f"{rate.inside} / {rate.stage}" if rate.inside else rate.stage


def _figure(rate: CutRate) -> str:
    cores = "" if rate.cores is None else f"  {rate.cores:.1f} cores"
    return f"{significant(rate.examples_per_s or 0.0)}{cores}"


def _texts(rate: CutRate) -> tuple[tuple[str, str], ...]:
    texts = [
        (rate.words, f"{significant(rate.examples_per_s or 0.0)} examples/s"),
        ("elements", f"{_number(rate.elements_per_s)} elements/s"),
        ("cores busy", _number(rate.cores)),
    ]
    if rate.stage_s is not None:
        texts.append(("this stage alone", f"{significant(1e6 * rate.stage_s)} us an example"))
    if rate.filling_elements_per_s is not None:
        texts.append(("while it fills", f"{_number(rate.filling_elements_per_s)} elements/s"))
    if rate.one_call_elements_per_s is not None:
        texts.append(("one call at a time", f"{_number(rate.one_call_elements_per_s)} elements/s"))
    return tuple(texts)


def _number(value: float | None) -> str:
    return "–" if value is None else significant(value)


def _power(power: int) -> str:
    if power >= 6:
        return f"{10 ** (power - 6)} M"
    return f"{10 ** (power - 3)} k" if power >= 3 else f"{10.0**power:g}"
