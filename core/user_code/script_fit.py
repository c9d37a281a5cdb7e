"""How someone's training script trains: the defaults of the last stage of its chain."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

from core.model.kinds import Toggle, Whole
from core.model.knob import Knob
from core.model.training_change import TrainingChange
from core.model.user_code import Trained
from core.pipeline.recorded_chain.added_stages import UserFit
from core.pipeline.stages.fit import STEPS_PER_EPOCH, Fit
from core.pipeline.stages.strategy import STRATEGY

SCRIPT_CALLBACKS = "fit.script_callbacks"


@dataclass(frozen=True)
class ScriptFit(Fit):
    """A training that is as long as the script's own, unless another length is chosen."""

    title: ClassVar[str] = "fit (of the script)"

    trained: Trained = field(default_factory=Trained)
    endless: bool = False

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """As ever, with the script's epochs and steps, and its callbacks where it has some."""
        knobs = []
        for knob in UserFit(endless=self.endless).knobs:
            if self.id(knob.name) == STRATEGY:
                continue  # its model is made where the script says
            default = {
                "fit.epochs": self.trained.epochs,
                STEPS_PER_EPOCH: self.trained.steps_per_epoch,
            }.get(self.id(knob.name))
            knobs.append(knob if default is None else _at(knob, default))
        if self.trained.callbacks:
            knobs.append(_callbacks(self.trained.callbacks))
        return tuple(knobs)


def _at(knob: Knob, number: int) -> Knob:
    """The knob at what the script gives, which may be beyond what anyone would choose here."""
    if isinstance(knob.kind, Whole) and number > knob.kind.maximum:
        knob = replace(knob, kind=replace(knob.kind, maximum=number))
    return replace(knob, default=number)


def _callbacks(names: tuple[str, ...]) -> Knob:
    said = ", ".join(names)
    return Knob(
        name=SCRIPT_CALLBACKS.partition(".")[2],
        label="script's callbacks",
        help=f"Whether the script's own callbacks take part: {said}. They may write files.",
        cannot_help="Their time counts as host time: without them a run is faster by at most that.",
        kind=Toggle(),
        default=False,
        changes_training=TrainingChange(
            f"the script's callbacks ({said}) take part in one and not the other: they may change "
            "the training and end it early"
        ),
        advanced=True,
    )
