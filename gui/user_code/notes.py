"""What has to be known of a pipeline that was opened from a file, a quiet line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from core.model.user_code import Opened
from core.pipeline.example import example_of
from core.user_code.declared_workload import DeclaredWorkload
from core.user_code.function_workload import UserFunctionWorkload
from core.user_code.script_workload import UserScriptWorkload
from core.workloads.workload import Workload


class UserCodeNote(NamedTuple):
    """One line.

    Attributes:
        text: What is shown.
        about: The rest, for a tooltip.
    """

    text: str
    about: str


def own_notes(workload: Workload) -> tuple[UserCodeNote, ...]:
    """The lines for a workload; none for a built-in one."""
    if isinstance(workload, DeclaredWorkload):
        return (UserCodeNote(workload.title, f"{workload.file}\n{workload.description}"),)
    if isinstance(workload, UserScriptWorkload):
        head = UserCodeNote(workload.title, f"{workload.code.where}\n{_given(workload)}")
        return (head, *_of_script(workload), *_of_data(workload.opened))
    if not isinstance(workload, UserFunctionWorkload):
        return ()
    name = workload.function.file.name
    head = UserCodeNote(workload.title, f"{workload.code.where}\n{_given(workload)}")
    user_code_notes = [head]
    if not workload.opened.has_model:
        user_code_notes.append(
            UserCodeNote(
                f"No make_model() in {name}: a stand-in model is trained; every number says so.",
                "Its loss says nothing, and on cpu its step takes next to no time: choose an "
                "emulated device, or write a function make_model() that takes no arguments.",
            )
        )
    if workload.opened.validation:
        user_code_notes.append(
            UserCodeNote(
                "It returns a validation dataset too: only training is measured.",
                "The first dataset of the pair is the chain below.",
            )
        )
    return (*user_code_notes, *_of_data(workload.opened))


def _given(workload: UserFunctionWorkload | UserScriptWorkload) -> str:
    """What the model is given, and what of it is counted as one example."""
    spec = workload.opened.element_spec
    example = example_of(workload.chain.defaults(), spec)
    return f"The model is given {spec}.\nAn example is {example.words}."


def _of_script(workload: UserScriptWorkload) -> Iterator[UserCodeNote]:
    yield UserCodeNote(
        "A training script: each run executes it up to model.fit, and nothing behind that.",
        "Epochs and steps are the script's own, unless another number is set at fit.",
    )
    if workload.trained.left_out:
        names = ", ".join(workload.trained.left_out)
        yield UserCodeNote(
            f"Not used of its fit arguments: {names}.", "Only training itself is measured."
        )


def _of_data(opened: Opened) -> Iterator[UserCodeNote]:
    if opened.endless:
        yield UserCodeNote(
            "The dataset never ends: an epoch is a number of steps (fit, steps per epoch).",
            "As in model.fit(dataset, steps_per_epoch=100).",
        )
