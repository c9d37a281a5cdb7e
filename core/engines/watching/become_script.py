"""Becomes the Python that runs a script, and has it find what watches."""

from __future__ import annotations

import importlib.util
import io
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from typing import NoReturn

_VARIABLE = "PIPELINE_EXPLORER_WATCH"
START = "engines.watching.start.sitecustomize"
"""The module that begins, by its name in core."""


def become_script(
    python: str,
    script: str,
    arguments: Sequence[str],
    *,
    channel: int,
    sent: bytes,
    start: bytes | str,
    variables: Mapping[str, str],
) -> NoReturn:
    """Run ``python script arguments`` in place of this process.

    Args:
        python: The interpreter.
        script: As the person names it.
        arguments: The script's own.
        channel: The socket that takes what is measured.
        sent: Core for that interpreter, as ``core.engines.bundle`` makes it.
        start: The module ``START`` for it, as code or as text.
        variables: The environment.

    Raises:
        OSError: The interpreter cannot be started.
    """
    ends = channel, _file(sent), _file(_archive(start))
    for end in ends:
        os.set_inheritable(end, True)
    before = variables.get("PYTHONPATH")
    path = os.pathsep.join(filter(None, (f"/dev/fd/{ends[2]}", before)))
    had = f"{before is not None:d},{before or ''}"
    told = {_VARIABLE: ",".join((*map(str, ends), had)), "PYTHONPATH": path}
    os.execve(python, [python, script, *arguments], {**variables, **told})


def _archive(code: bytes | str) -> bytes:
    """What Python imports the first module from."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        if isinstance(code, str):
            archive.writestr("sitecustomize.py", code)
        else:
            # Only a Python like the one of this process gets code.
            head = importlib.util.MAGIC_NUMBER + bytes(12)
            archive.writestr("sitecustomize.pyc", head + code)
    return content.getvalue()


def _file(content: bytes) -> int:
    """A file without a name: nothing is left of it, however the script ends."""
    if hasattr(os, "memfd_create"):
        made = os.memfd_create("pipeline-explorer")
    else:
        with tempfile.TemporaryFile() as file:
            made = os.dup(file.fileno())
    with open(made, "wb", closefd=False) as file:
        file.write(content)
    return made
