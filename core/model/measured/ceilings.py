"""How fast the model alone and the pipeline alone could go: what a run could reach at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.model.kinds import Value
from core.model.quantity import Quantity, Source, significant

_FULL = 0.95
"""From this share of the cores on, two that need them are taken to be in each other's way."""

UPPER_BOUND = (
    "The lower of the two is an upper bound, not a forecast: a run reaches it only where prefetch "
    "overlaps both and they do not need the same cores."
)


@dataclass(frozen=True)
class Ceilings:
    """Both measured for the same settings, in the same environment.

    Attributes:
        model_examples_per_s: The model alone: one cached batch, repeated.
        pipeline_examples_per_s: The pipeline alone: drained, nothing consumed.
        model_cores: Cores that the process kept busy with the model alone; None where it was
            not measured.
        pipeline_cores: The same with the pipeline alone.
        cores: Cores that the process may use; None where it is not known.
        environment: Machine and versions.
        doubts: What makes them doubtful, each a sentence.
        emulated: What was emulated in either part, in words.
    """

    model_examples_per_s: float
    pipeline_examples_per_s: float
    model_cores: float | None = None
    pipeline_cores: float | None = None
    cores: int | None = None
    environment: Mapping[str, Value] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    emulated: tuple[str, ...] = ()

    def hold_for(self, environment: Mapping[str, Value]) -> bool:
        """Whether they say something of runs in an environment; an unknown one is taken as this."""
        return not environment or dict(environment) == dict(self.environment)

    @property
    def lower_examples_per_s(self) -> float:
        """The lower of the two."""
        return min(self.model_examples_per_s, self.pipeline_examples_per_s)

    @property
    def wanted_cores(self) -> float | None:
        """Cores that model and pipeline would need together at the lower ceiling."""
        if self.model_cores is None or self.pipeline_cores is None:
            return None
        lower = self.lower_examples_per_s
        return lower * (
            self.model_cores / self.model_examples_per_s
            + self.pipeline_cores / self.pipeline_examples_per_s
        )

    @property
    def contended_examples_per_s(self) -> float | None:
        """What the cores allow where both need them; None where they are enough, or not known.

        From CPU seconds an example, which foretold throughput within 10 % where the summed times
        of TensorFlow's performance model were 39 to 55 % too high.
        """
        wanted = self.wanted_cores
        if wanted is None or self.cores is None or wanted <= _FULL * self.cores:
            return None
        return self.lower_examples_per_s * min(1.0, self.cores / wanted)

    def source(self) -> str:
        """Where the two figures come from, with what was emulated."""
        return Quantity(None, "", Source.LOOP, emulated=self.emulated).provenance()

    def sentences(self) -> tuple[str, ...]:
        """What is to be said of them, in plain words."""
        model, pipeline = self.model_examples_per_s, self.pipeline_examples_per_s
        which = "the pipeline" if pipeline < model else "the model"
        said = [
            f"Ceilings: the model alone {significant(model)}, the pipeline alone "
            f"{significant(pipeline)} examples/s ({self.source()}): {which} limits.",
            UPPER_BOUND,
        ]
        wanted, contended = self.wanted_cores, self.contended_examples_per_s
        if wanted is None or self.cores is None:
            said.append("Whether the two contend for the CPU was not measured.")
        elif contended is None:
            said.append(
                f"Together they would need {wanted:.2g} of {self.cores} cores there: the CPU is "
                "enough for both."
            )
        else:
            percent = 100.0 * (1.0 - contended / self.lower_examples_per_s)
            said.append(
                f"They contend for the CPU: together they would need {wanted:.2g} of {self.cores} "
                f"cores there, so about {significant(contended)} examples/s can be expected, "
                f"{percent:.0f} % less."
            )
        return (*said, *self.doubts)
