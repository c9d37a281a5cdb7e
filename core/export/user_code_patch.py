"""Someone's own code as the settings say: as a patch, and as text where others show a script."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from core.model.errors import InputError
from core.model.settings import Settings
from core.user_code.function_workload import UserFunctionWorkload
from core.user_code.script_workload import UserScriptWorkload
from core.workloads.workload import Workload

if TYPE_CHECKING:
    from core.export.patch import Patch


def user_code_patch(workload: Workload, settings: Settings) -> Patch:
    """The patch that makes someone's code as the settings say. Runs nothing.

    Raises:
        InputError: The workload is no code of theirs whose calls are stages.
    """
    if not isinstance(workload, (UserFunctionWorkload, UserScriptWorkload)):
        raise InputError(
            f"{workload.title} has no calls of yours to change",
            expected="FILE.py:FUNCTION, a function that makes a dataset",
            remedy=f"`python main.py code {workload.argument}` prints it as a script.",
        )
    # The library that reads concrete syntax takes a moment to load.
    from core.export.patch import patch

    opened = workload.opened
    stamps = {
        Path(workload.code.file): opened.stamp,
        **{Path(name): stamp for name, stamp in opened.others},
    }
    # A script's dataset is not what a function returns.
    pair = opened.validation if isinstance(workload, UserFunctionWorkload) else None
    texts = workload.texts if opened.machine else None
    return patch(workload.chain, settings, pair=pair, stamps=stamps, texts=texts)


def user_code_text(workload: UserFunctionWorkload | UserScriptWorkload, settings: Settings) -> str:
    """What stands in the place of a script: the change to the code, with what it leaves out."""
    change = user_code_patch(workload, settings)
    file = workload.code.where
    if change.is_empty:
        return f"# Nothing is changed: {file} is as the settings say.\n"
    said = [f"The change to {file} that makes it as the settings say:"]
    if not change.files:
        said = [f"Nothing of this can be written into {file}:"]
    said += [f"Not part of it: {text}" for text in change.not_done]
    said += change.notes
    # A path stays in one piece.
    comment = textwrap.TextWrapper(
        88, initial_indent="# ", subsequent_indent="# ",
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip
    head = "\n".join(map(comment.fill, said))
    return f"{head}\n{change.diff}"
