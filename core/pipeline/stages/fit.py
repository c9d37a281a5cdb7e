"""``model.fit``: where the chain ends."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from core.lazy import keras
from core.model.kinds import OFF, OneOf, Value, Whole
from core.model.knob import Knob
from core.model.measured.emulation import ACCELERATOR
from core.model.settings import Settings
from core.model.stage import Stage
from core.model.tensorflow_kinds import NONE, Device, Strategy, emulated_ms
from core.model.training_change import ChangeKind, TrainingChange

ALL = "all"
STEPS_PER_EPOCH = "fit.steps_per_epoch"
ONLY_HOW_LONG = ("fit.epochs", STEPS_PER_EPOCH, "fit.seed")
"""Knobs that do not change how fast training goes."""
STEPS_PER_EXECUTION = "fit.steps_per_execution"
_JIT_COMPILE = "fit.jit_compile"
_MIXED_PRECISION = "fit.mixed_precision"
_WARM_UP_STEPS = 10
_OTHER_STEPS = TrainingChange("other steps per epoch: an epoch is another number of examples")


@dataclass(frozen=True)
class Fit(Stage):
    """The training: how long, from which seed, on which device."""

    kind: ClassVar[str] = "fit"
    title: ClassVar[str] = "fit"
    help: ClassVar[str] = "Trains the model with Keras: model.fit(dataset)."
    url: ClassVar[str] = "https://keras.io/api/models/model_training_apis/#fit-method"
    of_model: ClassVar[bool] = True

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Epochs, steps an epoch, seed, device, and how the train step is compiled."""
        return _KNOBS

    def warm_up_steps(self, settings: Settings) -> int:
        """Tracing, and the steps in which threads and allocators find their feet.

        Whole executions: what a first execution costs is spread over all of its steps.
        """
        return _round_up(_WARM_UP_STEPS, int(settings[STEPS_PER_EXECUTION]))

    def training(self, settings: Settings) -> tuple[tuple[TrainingChange, Value], ...]:
        """See the base class; the steps of an epoch are those that Keras makes of them."""
        return (*super().training(settings), (_OTHER_STEPS, batches_per_epoch(settings) or ALL))

    def emulation(self, settings: Settings) -> str:
        """The emulated accelerator and its time per step."""
        ms = emulated_ms(str(settings[self.id("device")]))
        return "" if ms is None else f"{ACCELERATOR} {ms:g} ms"


def batches_per_epoch(settings: Settings) -> int | None:
    """How many batches make an epoch of ``model.fit``; None where it is the whole data.

    Keras asks for whole executions: it rounds up to a multiple of ``steps_per_execution``.
    """
    steps = settings[STEPS_PER_EPOCH]
    if steps == ALL:
        return None
    return _round_up(int(steps), int(settings[STEPS_PER_EXECUTION]))


def set_execution(model: Any, settings: Settings) -> None:
    """How a compiled ``keras.Model`` carries out its steps, before it is first trained.

    The same as the arguments of ``compile``, which stands in the function that makes the model.
    """
    for name, value in _execution(settings).items():
        setattr(model, name, value)


def written_execution(settings: Settings) -> tuple[str, ...]:
    """The same as Python, for a ``model``."""
    return tuple(f"model.{name} = {value!r}" for name, value in _execution(settings).items())


@contextmanager
def precision(settings: Settings) -> Iterator[None]:
    """The precision in which models that are made meanwhile compute; afterwards as before."""
    policy = settings[_MIXED_PRECISION]
    before = keras.config.dtype_policy()
    if policy != OFF:
        keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def written_precision(settings: Settings) -> tuple[str, ...]:
    """The same as Python, before a model is made."""
    policy = settings[_MIXED_PRECISION]
    return () if policy == OFF else (f'keras.config.set_dtype_policy("{policy}")',)


def _execution(settings: Settings) -> dict[str, bool | int]:
    """Attributes of a compiled model that are not Keras's default."""
    attributes: dict[str, bool | int] = {}
    if settings[STEPS_PER_EXECUTION] != 1:
        attributes["steps_per_execution"] = int(settings[STEPS_PER_EXECUTION])
    if settings[_JIT_COMPILE] != _AUTO:
        attributes["jit_compile"] = settings[_JIT_COMPILE] == "on"
    return attributes


def _round_up(number: int, multiple: int) -> int:
    return multiple * math.ceil(number / multiple)


_AUTO = "auto"

_KNOBS = (
    Knob(
        name="epochs",
        label="epochs",
        help="How often the training goes through its data.",
        cannot_help="Changes how long a run takes, not how fast it goes.",
        kind=Whole(1, 10_000, tries=(1, 2, 3, 5, 10)),
        default=3,
        unit="epochs",
        changes_training=TrainingChange(
            "another number of epochs: the final loss is not comparable"
        ),
    ),
    Knob(
        name="steps_per_epoch",
        label="steps per epoch",
        help=(
            "How many batches make an epoch. All: the whole data, with a new iterator each "
            "epoch. A number: the data repeat and one iterator serves all epochs."
        ),
        cannot_help="A number hides what a new iterator costs at the start of every epoch.",
        kind=Whole(1, 10_000_000, words=(ALL,), tries=(50, 100, 200)),
        default=ALL,
        unit="steps",
    ),
    Knob(
        name="seed",
        label="seed",
        help="Seed of weights, shuffling and augmentation: the same seed gives the same training.",
        cannot_help="Never changes speed.",
        kind=Whole(0, 2**31 - 1),
        default=1,
        changes_training=TrainingChange("another seed: other weights and another order"),
    ),
    Knob(
        name="device",
        label="device",
        help=(
            "Where the model trains. Emulated: each step takes at least that many milliseconds "
            "without using the CPU, as on an accelerator; it is still a real training."
        ),
        cannot_help="On cpu, the model and the pipeline fight for the same cores.",
        kind=Device(),
        default="cpu",
    ),
    Knob(
        name="strategy",
        label="strategy",
        help=(
            "Whether a copy of the model trains on each of several devices "
            "(tf.distribute.MirroredStrategy), each with its share of every batch. Mirrored: all "
            "GPUs. Mirrored:N: N logical CPUs, which share the cores of this machine."
        ),
        cannot_help=(
            "Logical CPUs make nothing faster: they show how batches are handed out. On GPUs it "
            "helps only where the input comes as fast as all of them take it."
        ),
        kind=Strategy(),
        default=NONE,
        changes_training=TrainingChange(
            "another strategy: gradients are summed over other shares of a batch, and the losses "
            "can part in their last digits",
            ChangeKind.PRECISION,
        ),
        advanced=True,
    ),
    Knob(
        name="steps_per_execution",
        label="steps/execution",
        help=(
            "How many batches Keras trains on before it comes back to Python, for callbacks and "
            "its bookkeeping. With a number of steps per epoch, Keras rounds that up to a "
            "multiple of it."
        ),
        cannot_help=(
            "Shortens host time alone: cannot help a model that waits for its input, nor where "
            "a step takes much longer than the host time beside it. Plots move once an execution."
        ),
        kind=Whole(1, 10_000, tries=(1, 2, 5, 10, 50)),
        default=1,
        unit="steps",
        advanced=True,
    ),
    Knob(
        name="jit_compile",
        label="XLA compile",
        help=(
            "Whether XLA compiles the train step, fusing operations. Auto is Keras's default: on "
            "where TensorFlow sees a GPU and the model can be compiled, else off."
        ),
        cannot_help=(
            "Cannot make input come faster. Compiling takes seconds in the first step, and again "
            "for a last batch that is not full; on a CPU it is often no faster."
        ),
        kind=OneOf((_AUTO, "on", "off")),
        default=_AUTO,
        changes_training=TrainingChange(
            "another jit_compile: hardly another training, but XLA rounds otherwise, and layers "
            "that draw random numbers draw others"
        ),
        advanced=True,
    ),
    Knob(
        name="mixed_precision",
        label="mixed precision",
        help=(
            "Computes in 16 bits and keeps the weights in 32 (a Keras dtype policy). On GPUs "
            "with tensor cores it can halve the train step; mixed_float16 also scales the loss."
        ),
        cannot_help=(
            "On a CPU it is mostly slower, mixed_float16 by far. An emulated accelerator does not "
            "become faster by it. It rounds more coarsely: the training is another."
        ),
        kind=OneOf((OFF, "mixed_bfloat16", "mixed_float16")),
        default=OFF,
        changes_training=TrainingChange(
            "another precision: 16 bits round more coarsely than 32, and the losses part",
            ChangeKind.PRECISION,
        ),
        advanced=True,
    ),
)
