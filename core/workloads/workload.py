"""What a workload is: a chain of stages over a data source, and a model."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from core.model.chain import Chain
from core.model.errors import InputError
from core.model.recorded_call import Site
from core.model.settings import Settings
from core.model.stage import SourceData
from core.model.user_code import UserCode
from core.pipeline.build import build, pieces
from core.pipeline.stages.function import Function
from core.workloads.batch_work import BatchWork
from core.workloads.validation import ValidationData

if TYPE_CHECKING:
    from core.user_code.errors import UserCodeError

Report = Callable[[float, str], None]
"""Takes a fraction from 0 to 1 and a few words. Raises Cancelled where the person stopped."""


@dataclass(frozen=True)
class Workload(ABC):
    """One workload is one subclass in one file of ``core/workloads``.

    Class attributes:
        id: What the command line takes.
        title: What menus show.
        description: A sentence or two on what it is and what can be seen with it.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]

    @property
    @abstractmethod
    def chain(self) -> Chain:
        """Its stages from source to fit. Known without TensorFlow and without data."""

    def source_data(self, data_folder: Path, settings: Settings, scratch: Path) -> SourceData:
        """Where its files are, whether they exist yet or not. Touches no file."""
        return SourceData(data_folder / self.id, scratch)

    def check(self, data: SourceData, settings: Settings) -> None:
        """Look whether what the person named is there, before anything slow is begun.

        Quick and without TensorFlow. Nothing to look at where the data are generated.

        Raises:
            InputError: It is missing or of the wrong kind.
        """
        return

    @property
    def argument(self) -> str:
        """What the command line takes for it."""
        return self.id

    @property
    def code(self) -> UserCode | None:
        """The person's own code that it runs; None for what is part of the application."""
        return None

    @abstractmethod
    def prepare(self, data: SourceData, settings: Settings, report: Report) -> None:
        """Make sure that its data are there and sound: generate, check, or look at a folder.

        Args:
            data: Where its files belong.
            settings: A value for every knob.
            report: Called often enough for a progress bar, and to notice a Stop.

        Raises:
            InputError: The person's own data are missing or unusable; names the files.
            Cancelled: From ``report``.
        """

    def running(self) -> AbstractContextManager[Any]:
        """Entered from before the model is made until the last batch was taken."""
        return nullcontext()

    def count(self, settings: Settings, data: SourceData) -> int | None:
        """Examples in one pass over the data, once they are there; None where nobody knows."""
        return None

    def example_bytes(self, settings: Settings) -> int | None:
        """Bytes of one example as the model is given it; None where nobody knows.

        Asked for before a run, to say what a cache or a buffer will take.
        """
        return None

    def batches_in_pass(self, settings: Settings, data: SourceData, dataset: Any) -> int | None:
        """Batches in one pass over the data, where a repeat follows; None where nobody knows."""
        examples = self.count(settings, data)
        return None if examples is None else math.ceil(examples / int(settings["batch.batch_size"]))

    def build(self, settings: Settings, data: SourceData, *, anew: bool = False) -> Any:
        """The ``tf.data.Dataset`` of batches that the settings describe.

        Args:
            settings: Of the pipeline.
            data: Where its files are.
            anew: Not the dataset that came with the model, where making that makes one.
        """
        return build(settings, data)

    def pieces(self, settings: Settings, data: SourceData) -> dict[str, Any]:
        """What ``build`` gives, cut off behind each stage: datasets by the stages' keys."""
        return pieces(settings, data)

    def cut_inside(self, settings: Settings, data: SourceData, key: str) -> Any:
        """The pipeline cut off behind a stage that stands in the function of another.

        Returns:
            The dataset of the outer stage, in whose function nothing follows the inner one.

        Raises:
            InputError: It cannot be cut there.
        """
        raise InputError(f"{key} stands in no function of another stage")

    def fit_arguments(self, settings: Settings) -> dict[str, Any]:
        """What else ``model.fit`` is given, by name, once the dataset was built."""
        return {}

    def validation_data(self, settings: Settings, data: SourceData) -> ValidationData | None:
        """What the training is validated on; None where it is not, or on no dataset."""
        return None

    def loop(self, settings: Settings, data: SourceData) -> tuple[Site, float] | None:
        """A loop that calls ``fit``, and seconds from the end of a call to the next; else None."""
        return None

    def batch_work(self, settings: Settings, data: SourceData, model: Any) -> Iterator[BatchWork]:
        """What the training's own callbacks do between batches, as far as it can be timed alone.

        Args:
            settings: A value for every knob.
            data: Where files may be written.
            model: The model that is trained.
        """
        return iter(())

    def their_error(self, error: BaseException) -> UserCodeError | None:
        """What went wrong in a run, if it was someone's own code: told by their line."""
        return None

    @abstractmethod
    def model(self, settings: Settings, data: SourceData) -> Function:
        """A function that makes the compiled ``keras.Model`` for its batches.

        Its source text is part of the code that people copy, so it stands on its own and
        uses ``keras`` and ``tf`` alone. Weights follow from ``keras.utils.set_random_seed``,
        called before.
        """
