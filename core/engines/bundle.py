"""Core as bytes for a process that trains: nothing of it has to be installed where that lives.

It goes under a package name of its own, so that a project of someone may have packages ``core``,
``gui`` or ``tests``. ``core.engines.begin`` takes it in.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import marshal
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType

PACKAGE = "_pipeline_explorer"
"""Name of core in a process that trains."""
ROOT = Path(__file__).resolve().parents[2]
"""The folder that core is in."""

_OURS = "core"
_ENTRIES = (
    "core.engines.begin",
    "core.engines.child",
    "core.engines.trainer",
    "core.engines.watching.far_script",
    "core.engines.watching.hooks",
    "core.engines.watching.start.sitecustomize",
)
_DECLARED = ("core.model.", "core.pipeline.", "core.workloads.")
"""What a file that declares a workload may import."""
_IMPORTS = re.compile(r"^([ \t]*(?:from|import) )core\b", re.MULTILINE)


@cache
def bundle(magic: bytes = importlib.util.MAGIC_NUMBER, *, everything: bool = False) -> bytes:
    """The modules that the process that trains needs, as ``core.engines.begin`` takes them in.

    Args:
        magic: Which byte code its Python takes (``importlib.util.MAGIC_NUMBER`` there). Code goes
            to a Python like this one, and text to others, which have to compile it.
        everything: All of core, for a process that begins with something else than core.
    """
    known = _files()
    names = known if everything else _needed(known)
    modules = {
        renamed(name): (known[name].name == "__init__.py", str(known[name]), sent(name, magic))
        for name in sorted(names)
    }
    # Format 4 is read by every Python from 3.4 on.
    content = marshal.dumps((PACKAGE, modules), 4)
    return len(content).to_bytes(8, "big") + content


def sent(name: str, magic: bytes) -> bytes | str:
    """A module of core as a Python takes it: code, marshalled, or text.

    Args:
        name: Its name here.
        magic: See ``bundle``.
    """
    file = _files()[name]
    own = magic == importlib.util.MAGIC_NUMBER
    return marshal.dumps(_code(file)) if own else _text(file)


def needed() -> tuple[str, ...]:
    """Names of core's modules that the process that trains may import."""
    return tuple(sorted(_needed(_files())))


@cache
def _files() -> dict[str, Path]:
    """Files of core by the names of their modules."""
    files = {}
    for file in ROOT.joinpath(_OURS).rglob("*.py"):
        parts = file.relative_to(ROOT).with_suffix("").parts
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return files


def _needed(known: dict[str, Path]) -> set[str]:
    needed: set[str] = set()
    waiting = [*_ENTRIES, *(name for name in known if name.startswith(_DECLARED))]
    while waiting:
        name = waiting.pop()
        if name in known and name not in needed:
            needed.add(name)
            waiting += [name.rpartition(".")[0], *_imported(_code_here(known[name]), known)]
    return needed


def _imported(code: CodeType, known: Iterable[str]) -> Iterator[str]:
    """Modules of core that code names, in functions too."""
    ours = [name for name in code.co_names if name == _OURS or name.startswith(f"{_OURS}.")]
    for name in ours:
        yield name
        # from core.x import y, where y may be a module
        yield from (full for word in code.co_names if (full := f"{name}.{word}") in known)
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from _imported(value, known)


def renamed(name: str) -> str:
    """The name that a module of core has in a process that trains."""
    return PACKAGE + name[len(_OURS) :]


def _text(file: Path) -> str:
    return _IMPORTS.sub(rf"\g<1>{PACKAGE}", file.read_text(encoding="utf-8"))


def _code(file: Path) -> CodeType:
    """The code of a file, its imports of core under core's name there."""
    code = _code_here(file)
    if _says(code, _OURS):
        # "import core" also binds that name; no dotted name is anything but an import.
        return compile(_text(file), str(file), "exec", dont_inherit=True)
    return _with_imports_renamed(code)


@cache
def _code_here(file: Path) -> CodeType:
    """The code of a file, from Python's own cache of it where that is up to date."""
    code = importlib.machinery.SourceFileLoader(str(file), str(file)).get_code(str(file))
    assert code is not None
    return code


def _says(code: CodeType, name: str) -> bool:
    inner = (value for value in code.co_consts if isinstance(value, CodeType))
    return name in code.co_names or any(_says(value, name) for value in inner)


def _with_imports_renamed(code: CodeType) -> CodeType:
    start = f"{_OURS}."
    names = tuple(renamed(name) if name.startswith(start) else name for name in code.co_names)
    constants = tuple(
        _with_imports_renamed(value) if isinstance(value, CodeType) else value
        for value in code.co_consts
    )
    return code.replace(co_names=names, co_consts=constants)
