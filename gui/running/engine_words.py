"""What engines are called, and what each of them buys and costs."""

from __future__ import annotations

from core.model.plan import PROCESS, WATCHED, WINDOW

AUTOMATIC = "automatic"
"""No engine is chosen: the settings decide."""

_CHOICES = {AUTOMATIC: "automatic", WINDOW: "in this window", PROCESS: "isolated"}
_OF_RUNS = {WINDOW: "window", PROCESS: "isolated"}

CHOICE_HELP = {
    AUTOMATIC: (
        "Isolated where the pipeline has a Python function, where the device is a GPU, and where "
        "a knob of the whole process (process.*) is set, else in this window. Comparisons and "
        "sweeps have a choice of their own."
    ),
    WINDOW: (
        "On a thread of this window. It begins at once. A Python function shares Python's global "
        "lock with the window and is measured slower than it is; a batch that hangs cannot be cut "
        "off, and a crash takes the window with it."
    ),
    PROCESS: (
        "In a process of its own that ends with the run: a clean TensorFlow each time, GPU memory "
        "freed afterwards, a crash costs this one run, Stop always works, and the knobs process.* "
        "hold. It costs the start of a process, some seconds (one that is got ready meanwhile "
        "hides them), and about 0.5 GB of memory."
    ),
}


def choice_text(choice: str) -> str:
    """A choice as it is offered: ``automatic``, ``in this window``, ``isolated``."""
    return _CHOICES[choice]


def engine_of_run(engine: str) -> str:
    """Where a recorded run trained, as tables say it: ``window``, ``isolated`` or ``watched``."""
    return _OF_RUNS.get(engine, engine)


def where_it_trained(engine: str) -> str:
    """The same in a sentence."""
    if engine == PROCESS:
        return "isolated: in a process of its own, which ended with the run"
    if engine == WATCHED:
        return "in its own script, which was only watched"
    return "in the program itself, on a thread beside the window or the command line"
