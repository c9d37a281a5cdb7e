"""Becomes the Python that runs a script, and has it find what watches."""

from __future__ import annotations

import importlib.util
import io
import marshal
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from typing import NoReturn

_VARIABLE = "PIPELINE_EXPLORER_WATCH"
_START = "engines.watching.start.sitecustomize"
Modules = Mapping[str, tuple[bool, str, "bytes | str"]]
"""As ``core.engines.begin.SentModules`` has them."""


def become_script(
    python: str,
    script: str,
    arguments: Sequence[str],
    *,
    channel: int,
    package: str,
    modules: Modules,
    variables: Mapping[str, str],
) -> NoReturn:
    """Run ``python script arguments`` in place of this process.

    Args:
        python: The interpreter.
        script: As the person names it.
        arguments: The script's own.
        channel: The socket that takes what is measured.
        package: What core is called there.
        modules: Of core, as that interpreter takes them.
        variables: The environment.

    Raises:
        OSError: The interpreter cannot be started.
    """
    sent, start = _file(_sent(package, modules)), _file(_archive(modules[f"{package}.{_START}"]))
    for end in (channel, sent, start):
        os.set_inheritable(end, True)
    before = variables.get("PYTHONPATH")
    path = os.pathsep.join(filter(None, (f"/dev/fd/{start}", before)))
    had = f"{before is not None:d},{before or ''}"
    told = {_VARIABLE: f"{channel},{sent},{start},{had}", "PYTHONPATH": path}
    os.execve(python, [python, script, *arguments], {**variables, **told})


def _sent(package: str, modules: Modules) -> bytes:
    content = marshal.dumps((package, dict(modules)), 4)
    return len(content).to_bytes(8, "big") + content


def _archive(start: tuple[bool, str, bytes | str]) -> bytes:
    """What Python imports the first file from."""
    content, code = io.BytesIO(), start[2]
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
