"""How someone's training script trains: the defaults of the last stage of its chain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.model import checked
from core.model.kinds import Toggle, Whole
from core.model.knob import Knob
from core.pipeline.fit import STEPS_PER_EPOCH, Fit
from core.pipeline.recorded_added import OwnFit

SCRIPT_CALLBACKS = "fit.script_callbacks"


@dataclass(frozen=True)
class Trained:
    """How a script trains.

    Attributes:
        epochs: As it gives them to ``fit``.
        steps_per_epoch: Likewise; None for the whole data.
        callbacks: Names of the classes of its callbacks.
        passed_on: Names of other arguments that ``fit`` is given here too.
        left_out: Names of those that it is not given here.
        place: The line that calls ``fit``.
        before: The calls of ``fit`` before it, which are cut to one step here.
        lines: Lines that call ``fit``, or a method of that name.
        run_eagerly: It compiles its model with that; here the train step is compiled.
    """

    epochs: int = 1
    steps_per_epoch: int | None = None
    callbacks: tuple[str, ...] = ()
    passed_on: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    place: str = ""
    before: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    run_eagerly: bool = False

    @staticmethod
    def of(found: Any) -> Trained:
        """From plain values, as ``dataclasses.asdict`` makes them.

        Raises:
            ValueError: They are none.
        """
        return checked.made(Trained, found)


@dataclass(frozen=True)
class ScriptFit(Fit):
    """A training that is as long as the script's own, unless another length is chosen."""

    title: ClassVar[str] = "fit (of the script)"

    trained: Trained = Trained()
    endless: bool = False

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """As ever, with the script's epochs and steps, and its callbacks where it has some."""
        found = []
        for knob in OwnFit(endless=self.endless).knobs:
            default = {
                "fit.epochs": self.trained.epochs,
                STEPS_PER_EPOCH: self.trained.steps_per_epoch,
            }.get(self.id(knob.name))
            found.append(knob if default is None else _at(knob, default))
        if self.trained.callbacks:
            found.append(_callbacks(self.trained.callbacks))
        return tuple(found)


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
        cannot_help="Their time counts as host time: left out, a run is at most faster by it.",
        kind=Toggle(),
        default=False,
        changes_training=(
            f"the script's callbacks ({said}) take part in one and not the other: they may change "
            "the training and end it early"
        ),
        advanced=True,
    )
