"""What runs showed of a finding: numbers with unit and source, never a guess."""

from __future__ import annotations

from dataclasses import dataclass

from core.model.quantity import Quantity, emulated_words, interval_text, significant
from core.statistics import RatioInterval


@dataclass(frozen=True)
class Effect:
    """What a comparison found of exactly the change that a finding proposes.

    Attributes:
        comparison: What the comparison is called.
        ratio: Throughput with the change over throughput without it.
        verdict: What is found in a word or two: ``faster``, ``no measurable difference``.
        emulated: What was emulated meanwhile.
    """

    comparison: str
    ratio: RatioInterval
    verdict: str
    emulated: tuple[str, ...] = ()

    def text(self) -> str:
        """A sentence."""
        interval = self.ratio
        if interval.ratio is None:
            return f"With the change: {self.verdict} ({self.comparison})."
        sentence = f"With the change, throughput was {significant(interval.ratio)} times as high"
        sentence = f"{sentence} {interval_text(interval.low, interval.high)}".rstrip()
        about = (
            f"{interval.pairs} pairs in turn",
            f"{100 * interval.confidence:.4g} % confidence",
            "timed in the loop",
            emulated_words(self.emulated),
            self.comparison,
        )
        return f"{sentence}: {self.verdict} ({', '.join(filter(None, about))})."


@dataclass(frozen=True)
class MeasuredEffect:
    """What was measured of a finding.

    Attributes:
        run: What the run is called that the figures are of; empty where there is none.
        input_wait: Share of the time in which the model waited for input in that run.
        stage: The stages that the time is of: several where TensorFlow runs them as one.
        time_per_element: Time that these work on one of their elements, in ms.
        effect: What a comparison found of the change; None where there is none.
        doubt: Why the run's figures are doubtful, in a sentence; empty where they are not.
    """

    run: str = ""
    input_wait: Quantity | None = None
    stage: str = ""
    time_per_element: Quantity | None = None
    effect: Effect | None = None
    doubt: str = ""

    def sentences(self) -> tuple[str, ...]:
        """What there is, the most telling first."""
        sentences = [self.effect.text()] if self.effect else []
        if self.input_wait is not None:
            wait = self.input_wait
            sentences.append(
                f"In {self.run} the model waited for input for {wait.text()} of the time "
                f"({wait.provenance()})."
            )
        if self.time_per_element is not None:
            time = self.time_per_element
            sentences.append(
                f"In {self.run} {self.stage} took {time.text()} an element ({time.provenance()})."
            )
        if self.doubt:
            sentences.append(f"The figures of {self.run} are doubtful: {self.doubt}")
        return tuple(sentences)
