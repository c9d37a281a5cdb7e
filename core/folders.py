"""Where the application keeps things on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from core.model.errors import InputError
from core.model.paths import check_text

_NAME = "pipeline-explorer"


@dataclass(frozen=True)
class Folders:
    """The two folders that belong to the application.

    Attributes:
        runs: Recorded runs and the window's settings; precious.
        cache: Generated data; can be made again.
    """

    runs: Path
    cache: Path

    @staticmethod
    def default() -> Folders:
        """The platform's own places for application data and caches."""
        return Folders(
            Path(platformdirs.user_data_dir(_NAME, appauthor=False)),
            Path(platformdirs.user_cache_dir(_NAME, appauthor=False)),
        )

    @staticmethod
    def under(folder: str | Path) -> Folders:
        """Both in one folder that the person names.

        Raises:
            InputError: It begins with the home of a user that there is not.
        """
        try:
            path = Path(folder).expanduser().absolute()
        except RuntimeError as error:  # "~name" where no such user is known
            raise InputError(f"There is no folder {folder}", expected="a folder") from error
        return Folders(path, path / "generated")

    @property
    def agreed(self) -> Path:
        """The folder that holds what code the person has agreed to run.

        Always the platform's own: recordings come from elsewhere, and must not bring it along.
        """
        return Folders.default().runs

    @property
    def summary(self) -> Path:
        """The file of what the list of runs shows; made anew from the logs where it is gone."""
        return self.runs / "runs.summary"

    @property
    def logs(self) -> Path:
        """The folder of the logs of runs: the truth."""
        return self.runs / "logs"

    @property
    def traces(self) -> Path:
        """The folder of traces of runs, each of which can be deleted by itself."""
        return self.runs / "traces"

    def make(self) -> None:
        """Make both folders.

        Raises:
            InputError: One cannot be made, is a file, or has a name that is no text.
        """
        for path in (self.runs, self.cache):
            check_text(path, "folder")
            try:
                path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise InputError(
                    f"The folder {path} cannot be made ({_why(path, error)})",
                    expected="a folder that can be written to",
                    remedy="Name another with --data-dir DIR.",
                ) from error


def _why(path: Path, error: OSError) -> str:
    """In the way of a folder there may be a file, which the system only hints at."""
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        in_the_way = next((parent for parent in (path, *path.parents) if parent.exists()), path)
        return f"{'it' if in_the_way == path else in_the_way} is a file"
    return error.strerror or str(error)
