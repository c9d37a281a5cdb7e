"""The model that is trained in the place of one of theirs: a stage, so that it has a knob."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.model.errors import InputError
from core.model.kinds import Toggle
from core.model.knob import Knob, Switch
from core.model.measured import emulation
from core.model.plan import DEVICE
from core.model.settings import Settings
from core.model.stage import Stage
from core.model.training_change import TrainingChange

EMULATED = "emulated:20"
"""The device of a stand-in model unless another is chosen: its step on the CPU takes next to no
time."""
STAND_IN = "model.stand_in"
"""The setting that chooses the stand-in model where there is a model of theirs."""


@dataclass(frozen=True)
class StandInStage(Stage):
    """Says in every figure that no model of theirs took part; there is none."""

    kind: ClassVar[str] = "model"
    title: ClassVar[str] = "stand-in model"
    of_model: ClassVar[bool] = True
    help: ClassVar[str] = (
        "The file has no make_model() that takes no arguments: a stand-in that looks at each part "
        "of a batch is trained. Its loss says nothing, and on cpu its step takes next to no time: "
        "choose an emulated device."
    )

    def emulation(self, settings: Settings) -> str:
        """Every number says so."""
        return emulation.STAND_IN


def with_stand_in(settings: Settings) -> Settings:
    """The same settings with the stand-in model, on an emulated accelerator.

    Raises:
        InputError: The model is that of a built-in workload.
    """
    stages = [stage for stage in settings.chain.stages if isinstance(stage, StandInStage)]
    if not stages:
        raise InputError(
            "A stand-in model takes the place of a model of your own",
            expected="your own code: FILE.py:FUNCTION, or a script",
        )
    return settings.switched(stages[0], on=True).with_values({DEVICE: EMULATED})


@dataclass(frozen=True)
class StandInChoice(StandInStage):
    """The same in the place of a model that is there; off until it is wanted."""

    help: ClassVar[str] = (
        "Trains a stand-in model instead of yours, so that each step takes as long as the emulated "
        "accelerator says, also where your model's own step takes longer on this CPU."
    )
    switch: ClassVar[Switch | None] = Switch("stand_in", off=False, on=True)

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Whether it is trained."""
        return (
            Knob(
                name="stand_in",
                label="stand-in",
                help=self.help,
                cannot_help="Its loss says nothing, and on cpu its step takes next to no time.",
                kind=Toggle(),
                default=False,
                changes_training=TrainingChange(
                    "the stand-in model is trained in one and not the other"
                ),
            ),
        )
