"""A file that declares a workload, as ``new-workload`` writes one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.model.chain import Chain
from core.model.errors import InputError
from core.model.settings import Settings
from core.model.stage import SourceData
from core.model.user_code import WORKLOAD, CodeKind, Opened, Stamps, UserCode
from core.pipeline.stages.function import Function
from core.user_code.load_file import hashes_beside, load
from core.user_code.process_state import beside, put_back
from core.user_code.user_function import content_hash
from core.user_code.workload import UserWorkload
from core.workloads.workload import Report, Workload


@dataclass(frozen=True)
class DeclaredWorkload(UserWorkload):
    """The workload of a file, known by the file and its content.

    Attributes:
        file: The file.
        stamp: Hash of its content.
        inner: What it declares.
        others: Hashes of modules in its folder that it imported, by path.
    """

    file: Path
    stamp: str
    inner: Workload
    others: Stamps = ()

    @property
    def _code_id(self) -> str:
        return self.code.declared_id

    @property
    def _code_title(self) -> str:
        return f"{self.file.name}: {self.inner.title}"

    @property
    def _code_description(self) -> str:
        return self.inner.description

    @property
    def argument(self) -> str:
        """See the base class."""
        return str(self.file)

    @property
    def chain(self) -> Chain:
        """See the base class."""
        return self.inner.chain

    @property
    def code(self) -> UserCode:
        """See the base class."""
        opened = Opened((), "", True, self.validation, self.stamp, others=self.others)
        return UserCode(CodeKind.WORKLOAD, str(self.file), opened)

    def source_data(self, data_folder: Path, settings: Settings, scratch: Path) -> SourceData:
        """See the base class."""
        return self.inner.source_data(data_folder, settings, scratch)

    def check(self, data: SourceData, settings: Settings) -> None:
        """The file must be the one that was opened, and whatever it checks itself."""
        super().check(data, settings)
        self.inner.check(data, settings)

    def prepare(self, data: SourceData, settings: Settings, report: Report) -> None:
        """See the base class."""
        self.inner.prepare(data, settings, report)

    def running(self) -> AbstractContextManager[None]:
        """See the base class."""
        return self._running()

    def count(self, settings: Settings, data: SourceData) -> int | None:
        """See the base class."""
        return self.inner.count(settings, data)

    def example_bytes(self, settings: Settings) -> int | None:
        """See the base class."""
        return self.inner.example_bytes(settings)

    def batches_in_pass(self, settings: Settings, data: SourceData, dataset: Any) -> int | None:
        """See the base class."""
        return self.inner.batches_in_pass(settings, data, dataset)

    def build(self, settings: Settings, data: SourceData, *, anew: bool = False) -> Any:
        """See the base class."""
        return self.inner.build(settings, data, anew=anew)

    def pieces(self, settings: Settings, data: SourceData) -> dict[str, Any]:
        """See the base class."""
        return self.inner.pieces(settings, data)

    def model(self, settings: Settings, data: SourceData) -> Function:
        """See the base class."""
        return self.inner.model(settings, data)

    def fit_arguments(self, settings: Settings) -> dict[str, Any]:
        """See the base class."""
        return self.inner.fit_arguments(settings)

    @contextmanager
    def _running(self) -> Iterator[None]:
        with put_back(), beside(self.file), self.inner.running():
            yield


def open_workload(file: Path) -> DeclaredWorkload:
    """Load a file that declares a workload. This runs the person's code.

    Raises:
        InputError: It declares none.
        RunError: It raised; with its own traceback.
    """
    stamp = content_hash(file)
    inner = getattr(load(file), WORKLOAD, None)
    if not isinstance(inner, Workload):
        raise InputError(
            f"{WORKLOAD} in {file.name} is {type(inner).__name__}",
            expected="a core.workloads.workload.Workload",
            remedy="`python main.py new-workload FILE.py` writes one to begin with.",
        )
    return DeclaredWorkload(file, stamp, inner, tuple(hashes_beside(file).items()))
