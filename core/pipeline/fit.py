"""``model.fit``: where the chain ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.model.kinds import Device, Whole, emulated_ms
from core.model.knob import Knob
from core.model.settings import Settings
from core.model.stage import Stage

ALL = "all"
STEPS_PER_EPOCH = "fit.steps_per_epoch"
ONLY_HOW_LONG = ("fit.epochs", STEPS_PER_EPOCH, "fit.seed")
"""Knobs that do not change how fast training goes."""


@dataclass(frozen=True)
class Fit(Stage):
    """The training: how long, from which seed, on which device."""

    kind: ClassVar[str] = "fit"
    title: ClassVar[str] = "fit"
    help: ClassVar[str] = "Trains the model with Keras: model.fit(dataset)."
    url: ClassVar[str] = "https://keras.io/api/models/model_training_apis/#fit-method"

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Epochs, steps an epoch, seed and device."""
        return _KNOBS

    def warm_up_steps(self, settings: Settings) -> int:
        """Tracing, and the steps in which threads and allocators find their feet."""
        return 10

    def emulation(self, settings: Settings) -> str:
        """The emulated accelerator and its time per step."""
        ms = emulated_ms(str(settings[self.id("device")]))
        return "" if ms is None else f"emulated accelerator {ms:g} ms"


_KNOBS = (
    Knob(
        name="epochs",
        label="epochs",
        help="How often the training goes through its data.",
        cannot_help="Changes how long a run takes, not how fast it goes.",
        kind=Whole(1, 10_000, tries=(1, 2, 3, 5, 10)),
        default=3,
        unit="epochs",
    ),
    Knob(
        name="steps_per_epoch",
        short="steps",
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
)
