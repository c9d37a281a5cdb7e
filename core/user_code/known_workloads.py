"""The workloads that a program knows, and people's code as recorded plans refer to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.settings import Settings
from core.model.user_code import CodeKind, Trained, UserCode
from core.text.workload_name import names_user_code, workload_name
from core.user_code.function_workload import UserFunctionWorkload
from core.user_code.script import UserScript
from core.user_code.script_workload import UserScriptWorkload
from core.user_code.user_function import UserFunction
from core.workloads.catalogue import workload
from core.workloads.workload import Workload


class Workloads:
    """The built-in workloads, and people's own code that was opened or is recorded."""

    def __init__(self) -> None:
        """Know the built-in workloads alone."""
        self._by_id: dict[str, Workload] = {}
        self._read: dict[tuple[str, int], tuple[Settings, Settings]] = {}

    def __contains__(self, workload_id: str) -> bool:
        """Whether a workload was added under this id."""
        return workload_id in self._by_id

    def add(self, opened: Workload) -> None:
        """Know a workload by its id, also in place of a built-in one; runs nothing."""
        self._by_id[opened.id] = opened

    def add_recorded(self, codes: Iterable[UserCode | None]) -> None:
        """Know what plans refer to, unless it is open already; runs nothing."""
        # Plans of the same code share it, so that each is looked at once.
        for code in {id(code): code for code in codes if code is not None}.values():
            recorded = recorded_workload(code)
            if recorded is not None and recorded.id not in self and _has_stages(recorded):
                self.add(recorded)

    def get(self, workload_id: str) -> Workload:
        """The workload with this id.

        Raises:
            InputError: There is none.
        """
        if workload_id in self:
            return self._by_id[workload_id]
        if names_user_code(workload_id):
            raise InputError(
                f"{workload_name(workload_id)} is someone's own code that is not open",
                remedy="Open its file: what it says now is then run and shown.",
            )
        return workload(workload_id)

    def code_of(self, workload_id: str) -> UserCode | None:
        """The person's own code behind an id; None for a built-in workload or an unknown id."""
        try:
            return self.get(workload_id).code
        except InputError:
            return None

    def read(self, workload_id: str, settings: Settings) -> Settings:
        """Recorded settings as those of their workload, knobs that they lack at the default.

        Raises:
            InputError: The workload, a knob or a value does not exist any more.
        """
        if settings.known:
            return settings
        # Thousands of runs have a few settings between them, and where they were read, share them.
        key = (workload_id, id(settings))
        if key not in self._read:
            self._read[key] = settings, settings.under(self.get(workload_id).chain)
        return self._read[key][1]

    def why_unknown(self, experiment: Experiment) -> str:
        """Why an experiment cannot be run any more, in a sentence; empty where it can."""
        try:
            for which, settings in enumerate(experiment.configurations):
                self.read(experiment.workload_of(which), settings)
        except InputError as error:
            return str(error)
        return ""


def recorded_workload(
    code: UserCode, texts: Mapping[str, bytes] = MappingProxyType({})
) -> Workload | None:
    """The workload of recorded code. Runs nothing: what it would run must be agreed to first.

    Args:
        code: What is recorded of it.
        texts: Of its files, where they are on another machine and were opened there.

    Returns:
        None for a file that declares a workload: its stages are known to its code alone.
    """
    file = Path(code.file)
    if code.kind is CodeKind.WORKLOAD:
        return None
    if code.kind is CodeKind.FUNCTION:
        return UserFunctionWorkload(UserFunction(file, code.function), code.opened, texts)
    script = UserScript(file, code.arguments, code.fit)
    return UserScriptWorkload(script, code.opened, code.trained or Trained(), texts)


def _has_stages(recorded: Workload) -> bool:
    try:
        recorded.chain.defaults()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False  # calls that no code makes
    return True
