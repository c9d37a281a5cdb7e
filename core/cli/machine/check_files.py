"""``doctor --check-files``: which of some files of data are damaged, and where."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.cli.command import DONE, FAILED
from core.cli.terminal.streams import say
from core.export.files import write_text
from core.export.run_json import to_json
from core.file_checks.check import FileCheck, check_file, files_named
from core.text.plural import plural

FILES_SCHEMA = "pipeline-explorer/check-files/1"


def check_files(names: Sequence[str], json_file: str | None) -> int:
    """Check files one after the other and say of each how it is.

    Args:
        names: Files, folders and glob patterns.
        json_file: Where a JSON document goes, ``-`` for stdout; None for text.

    Returns:
        The exit code: 1 if a file is damaged.

    Raises:
        InputError: A name stands for no file.
    """
    # By default TensorFlow takes all memory of a GPU, which a run beside it may need.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    checked: list[FileCheck] = []
    for file in list(files_named(names)):
        checked.append(check_file(file))
        if json_file is None:
            say(_line(checked[-1]))
    damaged = [file_check for file_check in checked if file_check.state == "damaged"]
    if json_file == "-":
        say(to_json(_document(checked)))
    elif json_file is not None:
        write_text(Path(json_file), to_json(_document(checked)))
    else:
        say(f"\n{_summary(checked, len(damaged))}")
    return FAILED if damaged else DONE


def _line(check: FileCheck) -> str:
    line = f"{check.state:<11}  {check.file}"
    if not check.damages:
        kind = f"{check.kind}, " if check.kind else ""
        return f"{line}: {kind}{check.content}"
    return "\n".join([line, *(f"{'':<13}-> {damage}" for damage in check.damages)])


def _summary(checked: Sequence[FileCheck], damaged: int) -> str:
    unchecked = sum(file_check.state == "not checked" for file_check in checked)
    more = f", {unchecked:,} not checked" if unchecked else ""
    return f"{plural(len(checked), 'file')}: {damaged:,} damaged{more}."


def _document(checked: Sequence[FileCheck]) -> dict[str, Any]:
    files = [
        {
            "file": str(file_check.file),
            "state": file_check.state,
            "kind": file_check.kind,
            "content": file_check.content,
            "damages": list(file_check.damages),
        }
        for file_check in checked
    ]
    good = not any(file_check.damages for file_check in checked)
    return {"schema": FILES_SCHEMA, "good": good, "files": files}
