"""A workload that someone's own function makes: each of its tf.data calls is a stage."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from core.model.chain import Chain
from core.model.environment import far_name
from core.model.errors import InputError
from core.model.settings import Settings
from core.model.stage import SourceData
from core.model.user_code import CodeKind, Opened, UserCode, content_id
from core.pipeline.recorded_chain.chain import user_code_chain
from core.pipeline.stages.function import Function
from core.pipeline.stages.stand_in import STAND_IN
from core.pipeline.workers.py_dataset import KIND
from core.user_code.changes import CutReached, changes, changes_to_cut, pieces_of, with_added
from core.user_code.errors import theirs
from core.user_code.find_function import takes_no_arguments
from core.user_code.load_file import hashes_beside, load, seed_of
from core.user_code.model import make_user_model, stand_in_model
from core.user_code.observe import Observed, batches_in, never_ends, observe, observed, running
from core.user_code.observed.seen import MADE_BEFORE
from core.user_code.process_state import beside, seeded
from core.user_code.same_calls import must_be_the_same
from core.user_code.user_function import UserFunction, content_hash
from core.user_code.workload import UserWorkload
from core.workloads.workload import Report

MAKE_MODEL = "make_model"


@dataclass(frozen=True)
class UserFunctionWorkload(UserWorkload):
    """A function in a person's file.

    Attributes:
        function: The function.
        opened: What it was found to do.
        texts: See the base class.
    """

    function: UserFunction
    opened: Opened
    texts: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    _specs: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """Of its batches, as TensorFlow's own, by the content of its file."""

    @cached_property
    def _code_id(self) -> str:
        return far_name(self.opened.machine, f"{self.function.id}@{content_id(self.opened)}")

    @property
    def _code_title(self) -> str:
        return f"{self.function.file.name}: {self.function.name}{self.code.on_machine}"

    @property
    def _code_description(self) -> str:
        return f"{self.function.name} in {self.code.where}, each of its tf.data calls a stage."

    @property
    def argument(self) -> str:
        """See the base class."""
        return self.function.id

    @property
    def validation(self) -> bool:
        """See the base class."""
        return self.opened.validation

    @cached_property
    def code(self) -> UserCode:
        """See the base class."""
        return UserCode(CodeKind.FUNCTION, str(self.function.file), self.opened, self.function.name)

    @cached_property
    def chain(self) -> Chain:
        """See the base class."""
        opened = self.opened
        return user_code_chain(
            opened.calls,
            endless=opened.endless,
            has_model=opened.has_model,
            beside=opened.beside,
        )

    def source_data(self, data_folder: Path, settings: Settings, scratch: Path) -> SourceData:
        """Their files are wherever their code says."""
        return SourceData(self.function.file.parent, scratch)

    def prepare(self, data: SourceData, settings: Settings, report: Report) -> None:
        """Nothing to make: their function reads what it reads."""

    def model(self, settings: Settings, data: SourceData) -> Function:
        """Theirs, or the stand-in."""
        if not self.opened.has_model or settings[STAND_IN]:
            return Function(stand_in_model)
        return Function(partial(self._model, int(settings["fit.seed"])))

    def running(self) -> AbstractContextManager[None]:
        """Their working directory, their modules, and all as before afterwards."""
        return running(self.function)

    def batches_in_pass(self, settings: Settings, data: SourceData, dataset: Any) -> int | None:
        """As TensorFlow counts them."""
        return None if self.opened.endless else batches_in(dataset)

    def build(self, settings: Settings, data: SourceData, *, anew: bool = False) -> Any:
        """Run the function with the settings put in at its calls.

        Raises:
            RunError: It raised, or its calls are others than when it was opened.
        """
        seen = self._observed(settings, data)
        return with_added(seen.dataset, self.chain, settings, data, endless=self.opened.endless)

    def fit_arguments(self, settings: Settings) -> dict[str, Any]:
        """Keras shuffles the batches of a ``PyDataset`` unless told otherwise."""
        return {"shuffle": True} if any(stage.kind == KIND for stage in self.chain.stages) else {}

    def pieces(self, settings: Settings, data: SourceData) -> dict[str, Any]:
        """See the base class; the function is run anew."""
        return pieces_of(self._observed(settings, data).made, self.chain, settings, data)

    def cut_inside(self, settings: Settings, data: SourceData, key: str) -> Any:
        """See the base class."""
        try:
            observe(self.function, changes_to_cut(self.chain, settings, data, key))
        except CutReached as cut:
            return cut.dataset
        raise InputError(f"The pipeline cannot be cut off behind {key}")

    def _observed(self, settings: Settings, data: SourceData) -> Observed:
        seen = observe(self.function, changes(self.chain, settings, data))
        must_be_the_same(self.chain, settings, seen.calls)
        self._specs[self.opened.stamp] = seen.dataset.element_spec
        return seen

    def _model(self, seed: int) -> Any:
        file = self.function.file
        module = load(file, stops=self.function.at_top)
        # Weights follow from the seed of the run, whatever draws them; the data do not
        # (``running``).
        with beside(file), theirs(file), seeded(seed):
            made = module.make_model()
        return make_user_model(made, self._spec, f"the model of {MAKE_MODEL}() in {file.name}")

    def _spec(self) -> Any:
        content = content_hash(self.function.file)
        if content not in self._specs:
            with seeded(None):
                self._specs[content] = observed(self.function).dataset.element_spec
        return self._specs[content]


def open_function(user_function: UserFunction) -> UserFunctionWorkload:
    """Run a function under observation. This runs the person's code.

    Raises:
        InputError: There is no such function, or it gives no ``tf.data.Dataset``.
        RunError: It raised; with its own traceback.
    """
    stamp = content_hash(user_function.file)
    if not user_function.at_top:
        load(user_function.file)
    # As in a run: under the seed that the file sets for all of TensorFlow, or under none.
    with seeded(seed_of(user_function.file)):
        seen = observed(user_function)
    if not any(call.method != MADE_BEFORE for call in seen.calls):
        raise InputError(
            f"{user_function.name} in {user_function.file.name} returns a dataset without making a "
            "tf.data call",
            expected="a function that builds its dataset when it is called",
            remedy="Move the calls from the top of the file into the function.",
        )
    opened = Opened(
        seen.calls,
        str(seen.dataset.element_spec),
        _makes_model(user_function),
        seen.validation,
        stamp,
        endless=never_ends(seen.dataset, seen.calls),
        others=tuple(hashes_beside(user_function.file).items()),
        beside=seen.beside,
    )
    workload = UserFunctionWorkload(user_function, opened)
    workload._specs[stamp] = seen.dataset.element_spec
    return workload


def _makes_model(user_function: UserFunction) -> bool:
    make = getattr(load(user_function.file, stops=user_function.at_top), MAKE_MODEL, None)
    return callable(make) and takes_no_arguments(make)
