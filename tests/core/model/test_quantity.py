"""A figure carries its unit and source, or the reason why there is none."""

from __future__ import annotations

import pytest

from core.model.quantity import Quantity, Source, interval_text, not_measured, significant


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (612.34, "612"),
        (61.25, "61.2"),
        (-3.14159, "-3.14"),
        (0.00123, "0.00123"),
        (0.9996, "1.00"),
        (999.6, "1\N{NARROW NO-BREAK SPACE}000"),
        (1234567.0, "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567"),
        (float("nan"), "NaN"),
    ],
)
def test_numbers_have_three_significant_digits(value: float, text: str) -> None:
    assert significant(value) == text


def test_a_tiny_number_does_not_look_like_zero() -> None:
    assert float(significant(1.5e-12)) == pytest.approx(1.5e-12)


def test_what_was_not_measured_says_why_and_is_no_number() -> None:
    missing = not_measured("%", Source.NVML, "no GPU")
    assert missing.value is None
    assert missing.text() == "not measured (no GPU)"
    assert missing.number() == "not measured"


def test_a_figure_names_its_source_and_what_was_emulated() -> None:
    figure = Quantity(12.5, "%", Source.LOOP, emulated=("emulated accelerator 20 ms",))
    assert figure.text() == "12.5 %"
    assert figure.provenance() == "timed in the loop, emulated accelerator 20 ms"


def test_an_interval_that_says_nothing_is_not_written_as_numbers() -> None:
    assert interval_text(1.381, 1.574) == "[1.38, 1.57]"
    assert interval_text(None, None) == ""
    assert interval_text(3e-11, 6e12) == "[hidden by noise]"
