"""What has to be known of a pipeline that was opened from a file, a quiet line each."""

from __future__ import annotations

from typing import NamedTuple

from core.workloads.own_code import OwnCode
from core.workloads.workload import Workload


class OwnNote(NamedTuple):
    """One line.

    Attributes:
        text: What is shown.
        about: The rest, for a tooltip.
    """

    text: str
    about: str


def own_notes(of: Workload) -> tuple[OwnNote, ...]:
    """The lines for a workload; none for a built-in one."""
    if not isinstance(of, OwnCode):
        return ()
    opened, name = of.opened, of.of.file.name
    found = [OwnNote(f"{name}: {of.of.name}", f"{of.of.file}\nA batch is {opened.element_spec}")]
    if not opened.has_model:
        found.append(
            OwnNote(
                f"No make_model() in {name}: a stand-in model is trained; every number says so.",
                "Its loss says nothing, and on cpu its step takes next to no time: choose an "
                "emulated device, or write a function make_model() that takes no arguments.",
            )
        )
    if opened.validation:
        found.append(
            OwnNote(
                "It returns a validation dataset too: only training is measured.",
                "The first dataset of the pair is the chain below.",
            )
        )
    if opened.endless:
        found.append(
            OwnNote(
                "The dataset never ends: an epoch is a number of steps (fit, steps per epoch).",
                "As in model.fit(dataset, steps_per_epoch=100).",
            )
        )
    return tuple(found)
