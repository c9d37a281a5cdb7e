"""Opens the code of their own that people name on the command line: that is their consent."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.cli.running import processes
from core.cli.terminal.streams import NAME, complain, stdout_to_stderr, to_stderr
from core.engines.far_files import FarFiles
from core.model.environment import far_name, machine_of
from core.model.errors import InputError
from core.model.settings import Settings
from core.model.to_open import ToOpen
from core.model.user_code import agreed_stamp
from core.pipeline.example import example_of
from core.session import Session
from core.text.workload_name import names_user_code
from core.user_code.function_workload import UserFunctionWorkload
from core.user_code.opening import is_script, user_code_file, what_opens
from core.user_code.script import UserScript
from core.user_code.script_workload import UserScriptWorkload
from core.user_code.user_function import content_hash
from core.workloads.catalogue import workload
from core.workloads.workload import Workload

WORKLOAD_HELP = (
    "`workloads` lists them; or your own: FILE.py:FUNCTION, or FILE.py; a script's own arguments "
    "stand behind --"
)


def add_details(parser: argparse.ArgumentParser) -> None:
    """``--details``, of every command that may run a person's code."""
    parser.add_argument("--details", action="store_true", help="show a failure's traceback")


def named(arguments: argparse.Namespace) -> Workload:
    """The workload that the person named; their own code is run by that, and may run again.

    Args:
        arguments: With ``workload``, or with ``script`` and ``script_arguments``; takes in as
            ``agreed`` what they agreed to by naming it.

    Raises:
        InputError: There is none.
        RunError: Their code raised; with its own traceback.
    """
    given = getattr(arguments, "script_arguments", None)
    if getattr(arguments, "script", None) is not None:
        if machine_of(arguments.interpreter):
            return _far(arguments, arguments.script, given or ())
        return _script(arguments, arguments.script, given or ())
    text = arguments.workload
    if machine_of(getattr(arguments, "interpreter", "")) and names_user_code(text):
        return _far(arguments, text, given)
    if text.endswith(".py") and (given is not None or is_script(text)):
        return _script(arguments, text, given or ())
    if given is not None:
        raise _no_arguments(text)
    if not names_user_code(text):
        return workload(text)
    what_opens(text)
    file, stamp = user_code_file(text)
    _say(file)
    arguments.agreed = ((file, stamp),)
    return _open(arguments, ToOpen(text))


def _far(arguments: argparse.Namespace, text: str, given: Sequence[str] | None) -> Workload:
    """Code on another machine: what the text names is looked up there."""
    interpreter = processes.engines().interpreter
    assert interpreter is not None
    path, _, function = (text, "", "") if text.endswith(".py") else text.rpartition(":")
    with FarFiles(interpreter) as files:
        answer = files.file(path)
    file = Path(answer.path)
    if not function and (given is not None or answer.script):
        wanted = ToOpen(answer.path, tuple(given or ()), _fit_number(arguments))
    elif given is not None:
        raise _no_arguments(text)
    else:
        wanted = ToOpen(f"{answer.path}:{function}" if function else answer.path)
    wanted = replace(wanted, machine=interpreter.machine)
    to_stderr(f"{NAME}: runs {far_name(interpreter.machine, answer.path)}\n")
    stamps = {answer.stamp, agreed_stamp(answer.stamp, wanted.arguments or ())}
    arguments.agreed = tuple((file, stamp) for stamp in sorted(stamps))
    workload = _open(arguments, wanted)
    _say_left_out(workload)
    return workload


def _fit_number(arguments: argparse.Namespace) -> int:
    number = int(getattr(arguments, "fit_number", 1))
    if number < 1:
        raise InputError(f"--fit {number}", expected="a whole number from 1")
    return number


def _no_arguments(text: str) -> InputError:
    return InputError(
        f"{text} takes no arguments behind --",
        expected="FILE.py, a script that calls model.fit",
    )


def _script(arguments: argparse.Namespace, file: str, given: Sequence[str]) -> Workload:
    """A training script with its own arguments."""
    script = UserScript.parse(file)
    _say(script.file)
    content = content_hash(script.file)
    stamps = {content, agreed_stamp(content, given)}
    arguments.agreed = tuple((script.file, stamp) for stamp in sorted(stamps))
    wanted = ToOpen(str(script.file), tuple(given), _fit_number(arguments))
    workload = _open(arguments, wanted)
    _say_left_out(workload)
    return workload


def _open(arguments: argparse.Namespace, wanted: ToOpen) -> Workload:
    """Open it in a process of its own; what trains says where, and has an ``engine``."""
    with stdout_to_stderr():
        return processes.open_code(wanted, trains=hasattr(arguments, "engine"))


def about(workload: Workload, settings: Settings | None = None) -> list[str]:
    """What is to be known of a workload beside its stages, in sentences."""
    if not isinstance(workload, (UserFunctionWorkload, UserScriptWorkload)):
        return [workload.description]
    opened = workload.opened
    example = example_of(settings or workload.chain.defaults(), opened.element_spec)
    sentences = [f"The model is given {opened.element_spec}.", f"An example is {example.words}."]
    if isinstance(workload, UserScriptWorkload):
        sentences.append("The model is the script's.")
    elif opened.has_model:
        sentences.append("The model is that of make_model().")
    else:
        sentences.append(
            "There is no make_model() that takes no arguments: a stand-in model is trained, and "
            "every number says so."
        )
    if opened.endless:
        sentences.append("The data never end: an epoch is a number of steps.")
    if isinstance(workload, UserFunctionWorkload) and opened.validation:
        sentences.append("The second dataset, of validation, is not used.")
    return (
        sentences + workload.not_used() if isinstance(workload, UserScriptWorkload) else sentences
    )


def agree(arguments: argparse.Namespace, session: Session) -> None:
    """Let a session run what the person named on this command line."""
    machine = machine_of(getattr(arguments, "interpreter", ""))
    for file, stamp in getattr(arguments, "agreed", ()):
        session.trust.agree(stamp, file, machine)


def user_code_in(words: list[str]) -> str:
    """What is to be opened in the window: own code in place of a command, taken out of ``words``.

    Returns:
        Empty where there is none.
    """
    index = 0
    while index < len(words) and words[index].startswith("-"):
        index += 2 if words[index] == "--data-dir" else 1
    if index >= len(words) or not names_user_code(words[index]):
        return ""
    text = words.pop(index)
    if words[index:] and not words[index].startswith("--data-dir"):
        raise InputError(
            f"Nothing can stand behind {text} but --data-dir",
            remedy="`run FILE.py:FUNCTION --set ...` measures without a window; `run-script "
            "FILE.py ...` runs a script with arguments of its own.",
        )
    return text


def script_arguments(words: Sequence[str]) -> tuple[list[str], list[str] | None]:
    """A command line without what stands behind ``--`` for a script, and that.

    ``run-script`` and ``watch`` take all behind the file as it is.
    """
    words = list(words)
    at = words.index("--") if "--" in words else len(words)
    before = words[:at]
    if (
        at == len(words)
        or {"run-script", "watch"} & set(before)
        or not any(".py" in word for word in before)
    ):
        return words, None
    return before, words[at + 1 :]


def _say_left_out(workload: Workload) -> None:
    if isinstance(workload, UserScriptWorkload):
        for text in workload.not_used():
            complain(text)


def _say(file: Path) -> None:
    """Which code runs, before it does."""
    to_stderr(f"{NAME}: runs {file}\n")
