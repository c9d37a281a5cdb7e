"""Opens someone's own code, whatever of it is named. Callers ask the person first."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from core.model.errors import InputError
from core.model.user_code import WORKLOAD
from core.user_code.declared_workload import open_workload
from core.user_code.discovery import offers
from core.user_code.errors import user_code_error
from core.user_code.function_workload import open_function
from core.user_code.open_script import open_script_code
from core.user_code.script import UserScript
from core.user_code.user_function import UserFunction, content_hash, python_file
from core.workloads.workload import Workload

MAKE_DATASET = "make_dataset"


def user_code_file(text: str) -> tuple[Path, str]:
    """The file that a text would open, and the SHA-256 of its content; runs nothing.

    Args:
        text: ``FILE.py:FUNCTION`` or ``FILE.py``.

    Raises:
        InputError: There is no such file.
    """
    file = python_file(text) if text.endswith(".py") else UserFunction.parse(text).file
    return file, content_hash(file)


def open_user_code(text: str, arguments: Sequence[str] = ()) -> Workload:
    """Open a function, a file that declares a workload, or with arguments a script.

    This runs the person's code.

    Args:
        text: ``FILE.py:FUNCTION``; or ``FILE.py``, which must have ``WORKLOAD`` or else
            ``make_dataset``.
        arguments: Of a script; ``open_script`` is for those without any.

    Raises:
        InputError: There is no such file or function, or it makes no dataset.
        RunError: It raised; with its own traceback.
    """
    if arguments:
        return open_script(text, arguments)
    opens = what_opens(text)
    return open_function(opens) if isinstance(opens, UserFunction) else open_workload(opens)


def what_opens(text: str) -> UserFunction | Path:
    """The function that a text names, or the file whose workload it names; runs nothing.

    Raises:
        InputError: There is no such file, or nothing in it to open.
    """
    if not text.endswith(".py"):
        return UserFunction.parse(text)
    file = python_file(text)
    names = _names_in(file)
    if WORKLOAD in names:
        return file
    if MAKE_DATASET in names:
        return UserFunction(file, MAKE_DATASET)
    offered = [offer.name for offer in offers(file).offered]
    raise InputError(
        f"{file.name} has neither {WORKLOAD} nor a function {MAKE_DATASET}",
        expected=f"{file.name}:FUNCTION or {file.name}:DATASET"
        + (f", with one of {', '.join(offered)}" if offered else ""),
        remedy=f"A script that trains by itself: `python main.py run-script {file.name}`.",
    )


def is_script(text: str) -> bool:
    """Whether a file is a training script: it trains, or does something and offers no dataset.

    What could be opened in it otherwise is a ``make_dataset`` without arguments; a file with
    ``WORKLOAD`` is none. What it does may be to call ``fit``, or what another file of theirs has
    for that. Runs nothing.

    Raises:
        InputError: There is no such file, or it is no Python.
    """
    there = offers(python_file(text))
    names = {offer.name for offer in there.offered}
    if WORKLOAD in names:
        return False
    if MAKE_DATASET in names:
        return there.trains and there.runs
    return there.trains or there.runs


def open_script(file: str | Path, arguments: Sequence[str] = (), fit: int = 1) -> Workload:
    """Run a script up to ``model.fit``. This runs the person's code.

    Args:
        file: The script.
        arguments: What it is run with.
        fit: Which of its calls of ``fit`` with a ``tf.data.Dataset`` is taken, from 1.

    Raises:
        InputError: There is no such file, or not so many calls of ``fit`` on a
            ``tf.data.Dataset`` in it.
        RunError: It raised; with its own traceback.
    """
    return open_script_code(UserScript.parse(str(file), tuple(arguments), fit))


def _names_in(file: Path) -> set[str]:
    """What the file's top level binds; without running it.

    A script that is not made to be imported trains when it is.
    """
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError) as error:
        raise user_code_error(error, file) from error
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror})") from error
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.update(target.id for target in targets if isinstance(target, ast.Name))
    return names
