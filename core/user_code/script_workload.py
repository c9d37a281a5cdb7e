"""A workload that someone's own training script makes, up to a ``model.fit``."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from core.model.chain import Chain
from core.model.errors import InputError, RunError
from core.model.recorded_call import Site
from core.model.settings import Settings
from core.model.stage import SourceData
from core.model.user_code import CodeKind, Opened, Trained, UserCode, content_id
from core.pipeline.recorded_chain.chain import user_code_chain
from core.pipeline.stages.function import Function
from core.pipeline.stages.stand_in import STAND_IN
from core.pipeline.workers.py_dataset_workers import ended_workers
from core.user_code.around_fit import writes_by_itself
from core.user_code.batch_work import batch_work
from core.user_code.changes import CutReached, changes, changes_to_cut, pieces_of, with_added
from core.user_code.errors import UserCodeError
from core.user_code.model import make_user_model, stand_in_model
from core.user_code.observe import batches_in
from core.user_code.process_state import put_back, seeded
from core.user_code.same_calls import must_be_the_same
from core.user_code.script import Reached, UserScript, reach_fit
from core.user_code.script_fit import SCRIPT_CALLBACKS, ScriptFit
from core.user_code.workload import UserWorkload
from core.workloads.batch_work import BatchWork
from core.workloads.validation import ValidationData
from core.workloads.workload import Report


@dataclass(frozen=True)
class UserScriptWorkload(UserWorkload):
    """A training script: what it gives to ``model.fit`` is what is run.

    Attributes:
        script: The script and its arguments.
        opened: What it was found to do.
        trained: How it trains.
        texts: See the base class.
    """

    script: UserScript
    opened: Opened
    trained: Trained
    texts: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    _reached: list[tuple[Settings, Reached]] = field(
        default_factory=list, init=False, compare=False, repr=False
    )
    """What the script made in the execution whose model is trained at present; one at most."""

    @cached_property
    def _code_id(self) -> str:
        return f"{self.script.id_on(self.opened.machine)}@{content_id(self.opened)}"

    @property
    def _code_title(self) -> str:
        return (
            f"{shlex.join((self.script.file.name, *self.script.arguments))}{self.code.on_machine}"
        )

    @property
    def _code_description(self) -> str:
        place = self.trained.place or "its first call"
        first = (
            f"What {self.code.where} gives to model.fit in {place}; code after this call does not "
            "run."
        )
        return " ".join((first, *self.not_used()))

    def not_used(self) -> list[str]:
        """What else the script gives to ``fit`` and runs here do without, in sentences."""
        trained, said = self.trained, []
        if trained.before:
            said.append(
                f"Before {trained.place} it trains on {' and '.join(trained.before)}: here that is "
                "one step, without callbacks, of which nothing is saved. Weights and loss are not "
                "those of the whole script."
            )
        if len(trained.lines) > 1:
            said.append(
                f"model.fit in {trained.place} is measured; --fit N takes another "
                f"(fit is called in lines {', '.join(trained.lines)})."
            )
        if trained.run_eagerly:
            said.append(
                f"The model of {trained.place} has run_eagerly=True: here its train step is "
                "compiled, which is faster."
            )
        if self.trained.left_out:
            said.append(
                f"These arguments of model.fit are not used: {', '.join(self.trained.left_out)}."
            )
        if self.trained.callbacks:
            names = ", ".join(self.trained.callbacks)
            said.append(
                f"The script's callbacks ({names}) take part only where {SCRIPT_CALLBACKS} is on."
            )
        return said

    @property
    def argument(self) -> str:
        """See the base class."""
        which = f"--fit {self.script.fit} " if self.script.fit != 1 else ""
        return f"run-script {which}{shlex.join((str(self.script.file), *self.script.arguments))}"

    @property
    def validation(self) -> bool:
        """See the base class."""
        return self.opened.validation

    def validation_data(self, settings: Settings, data: SourceData) -> ValidationData | None:
        """See the base class; the script is run anew, unless it was with these settings."""
        reached = self._made(settings)
        return (self._execute(settings, data) if reached is None else reached).validation

    @cached_property
    def chain(self) -> Chain:
        """See the base class."""
        fit = ScriptFit(trained=self.trained, endless=self.opened.endless)
        opened = self.opened
        return user_code_chain(opened.calls, endless=opened.endless, fit=fit, beside=opened.beside)

    def their_error(self, error: BaseException) -> UserCodeError | None:
        """See the base class; what only an eager model can do is no mistake of theirs."""
        user_code_error = super().their_error(error)
        if (
            user_code_error is None
            or not self.trained.run_eagerly
            or "Symbolic" not in user_code_error.said
        ):
            return user_code_error
        return UserCodeError.at(
            user_code_error.place,
            user_code_error.said,
            expected="a train step that can be compiled: here it is, although the model of "
            f"{self.trained.place} has run_eagerly=True",
            remedy="Train the stand-in model in its place (--stand-in), or make the step of "
            "TensorFlow operations.",
            details=user_code_error.details,
        )

    @cached_property
    def code(self) -> UserCode:
        """See the base class."""
        return UserCode(
            CodeKind.SCRIPT,
            str(self.script.file),
            self.opened,
            arguments=self.script.arguments,
            fit=self.script.fit,
            trained=self.trained,
        )

    def source_data(self, data_folder: Path, settings: Settings, scratch: Path) -> SourceData:
        """Its files are wherever its code says."""
        return SourceData(self.script.file.parent, scratch)

    def prepare(self, data: SourceData, settings: Settings, report: Report) -> None:
        """Nothing to make: it reads what it reads."""

    @contextmanager
    def running(self) -> Iterator[None]:
        """All as before afterwards; what the script made is let go."""
        self._reached.clear()
        # The script sets a seed where it wants one; see ``core.user_code.observe.running``.
        with ended_workers(), put_back(), seeded(None):
            try:
                yield
            finally:
                self._reached.clear()

    def model(self, settings: Settings, data: SourceData) -> Function:
        """The script's, which makes it in the same execution as its dataset; or the stand-in."""
        if settings[STAND_IN]:
            return Function(stand_in_model)
        return Function(partial(self._model, settings, data))

    def build(self, settings: Settings, data: SourceData, *, anew: bool = False) -> Any:
        """The script's dataset, with the settings put in at its calls.

        Raises:
            RunError: It raised, or its calls are others than when it was opened.
        """
        made = None if anew else self._made(settings)
        reached = self._execute(settings, data) if made is None else made
        return with_added(reached.dataset, self.chain, settings, data, endless=self.opened.endless)

    def pieces(self, settings: Settings, data: SourceData) -> dict[str, Any]:
        """See the base class; the script is run anew."""
        return pieces_of(self._execute(settings, data).made, self.chain, settings, data)

    def cut_inside(self, settings: Settings, data: SourceData, key: str) -> Any:
        """See the base class."""
        try:
            reach_fit(self.script, changes_to_cut(self.chain, settings, data, key))
        except CutReached as cut:
            return cut.dataset
        raise InputError(f"The pipeline cannot be cut off behind {key}")

    def batches_in_pass(self, settings: Settings, data: SourceData, dataset: Any) -> int | None:
        """As TensorFlow counts them."""
        return None if self.opened.endless else batches_in(dataset)

    def fit_arguments(self, settings: Settings) -> dict[str, Any]:
        """What the training is not the same without, and the callbacks if they are wanted."""
        if not self._reached:
            return {}
        # They are the same under other settings of the pipeline.
        _, reached = self._reached[-1]
        arguments = dict(reached.passed_on)
        if settings.get(SCRIPT_CALLBACKS, False):
            arguments["callbacks"] = list(reached.callbacks)
        return arguments

    def batch_work(self, settings: Settings, data: SourceData, model: Any) -> Iterator[BatchWork]:
        """See the base class; nothing for a model that stands in for the script's."""
        if self._reached and not settings[STAND_IN]:
            callbacks = self._reached[-1][1].callbacks
            yield from batch_work(callbacks, model, Path(data.scratch), self.script.file)

    def loop(self, settings: Settings, data: SourceData) -> tuple[Site, float] | None:
        """See the base class; the script is run anew, up to the call of ``fit`` that comes next.

        What it writes after the first goes to scratch, and what reaches further is refused: that
        was trained for one step alone.
        """
        line, site = self.trained.loop_line, self.trained.site
        if not line or site is None or writes_by_itself(Path(site.file)):
            return None
        following = replace(self.script, fit=self.script.fit + 1)
        try:
            reached = reach_fit(following, changes(self.chain, settings, data), data.scratch)
        except (InputError, RunError):
            return None
        again = reached.place == self.trained.place and reached.since_s is not None
        return (Site(site.file, line), reached.since_s or 0.0) if again else None

    def _made(self, settings: Settings) -> Reached | None:
        """What came of the execution that made the model, where it was with these settings."""
        return next((reached for under, reached in self._reached if under == settings), None)

    def _model(self, settings: Settings, data: SourceData) -> Any:
        reached = self._execute(settings, data)
        self._reached[:] = [(settings, reached)]
        if reached.model.run_eagerly:
            reached.model.run_eagerly = False
        named = f"the model of {reached.place} in {self.script.file.name}"
        return make_user_model(reached.model, lambda: reached.dataset.element_spec, named)

    def _execute(self, settings: Settings, data: SourceData) -> Reached:
        try:
            reached = reach_fit(self.script, changes(self.chain, settings, data))
        except UserCodeError as error:
            raise UserCodeError.at(
                error.place,
                error.said,
                expected="code that runs to its end, as it did when the script was opened",
                remedy="If it fails only here, where it runs again in the same process: make files "
                "only where they are missing, and open them where they are read.",
                details=error.details,
            ) from error
        must_be_the_same(self.chain, settings, reached.calls)
        return reached
