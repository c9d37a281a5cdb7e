"""The numbers of each plot as a table of texts, with units: to be copied into a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.against.all_knobs import AllKnobs
from core.analysis.against.gathered import Gathered, Mean
from core.analysis.against.knob_influence import KnobInfluence
from core.analysis.against.memory import Memory
from core.analysis.against.one_knob import OneKnob
from core.analysis.against.two_knobs import TwoKnobs

Row = tuple[str, ...]
_MEAN = ("95 % from", "95 % to", "configurations", "runs")


def table_of_one(info: OneKnob, gathered: Gathered) -> list[Row]:
    """Every mean, then every run."""
    keys = [info.key, *([info.by] if info.by else [])]
    rest = [key for key in gathered.keys if key not in keys]
    rows: list[Row] = [("what", *keys, gathered.label, *_MEAN, *rest, "not counted")]
    for one in info.means:
        texts = (text for _, text in one.values)
        rows.append(("mean", *texts, *_mean(one.mean), *("" for _ in rest), ""))
    for point in info.points:
        values = dict(point.values)
        at = (values[key] for key in keys)
        beside = (values[key] for key in rest)
        rows.append((point.name, *at, _number(point.y), "", "", "", "1", *beside, point.apart))
    return rows


def table_of_two(info: TwoKnobs, gathered: Gathered) -> list[Row]:
    """Every cell that was measured."""
    rows: list[Row] = [(info.x_key, info.y_key, gathered.label, *_MEAN)]
    rows += [(*(text for _, text in cell.values), *_mean(cell.mean)) for cell in info.cells]
    return rows


def table_of_all(info: AllKnobs, gathered: Gathered) -> list[Row]:
    """Every configuration."""
    rows: list[Row] = [(*(axis.key for axis in info.axes), gathered.label, *_MEAN)]
    rows += [(*(text for _, text in line.values), *_mean(line.mean)) for line in info.lines]
    return rows


def table_of_memory(info: Memory, speed: Gathered, memory: Gathered) -> list[Row]:
    """Every configuration with both figures."""
    ends = ("95 % from", "95 % to")
    rows: list[Row] = [
        (*speed.varied_keys, memory.label, *ends, speed.label, *ends, "runs", "on the front")
    ]
    rows += [
        (
            *(text for _, text in one.values),
            *_mean(one.memory)[:3],
            *_mean(one.speed)[:3],
            str(len(one.run_ids)),
            "yes" if one.front else "no",
        )
        for one in info.trades
    ]
    return rows


def table_of_influence(info: KnobInfluence) -> list[Row]:
    """Every knob."""
    rows: list[Row] = [("setting", "share of the differences (%)", "verdict")]
    rows += [(one.key, _number(100 * one.share), one.verdict) for one in info.shares]
    if info.interplay is not None:
        rows.append(("several together", _number(100 * info.interplay), ""))
    return rows


def as_text(rows: Sequence[Row], source: str) -> str:
    """Tab-separated lines, and where the figures come from below them."""
    lines = ["\t".join(row) for row in rows]
    return "\n".join([*lines, "", source] if source else lines) + "\n"


def _mean(mean: Mean) -> Row:
    ends = ("" if end is None else _number(end) for end in (mean.low, mean.high))
    return (_number(mean.value), *ends, str(mean.configurations), str(len(mean.run_ids)))


def _number(value: float) -> str:
    return f"{value:.6g}"
