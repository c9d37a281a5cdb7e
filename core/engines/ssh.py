"""Another machine by the system's OpenSSH client: how it is called, and what its refusals mean.

The person's own configuration, keys, agent and jump hosts hold. Nothing is asked: where ssh would
ask for a password or about a host's key, it ends, and what to type in a terminal is said.
"""

from __future__ import annotations

import base64
import re
import shlex
import zlib
from collections.abc import Sequence

from core.model.errors import InputError

_OPTIONS = (
    "BatchMode=yes",
    "ConnectTimeout=10",
    "ServerAliveInterval=3",
    "ServerAliveCountMax=3",
    "ClearAllForwardings=yes",
    "PermitLocalCommand=no",
    "LogLevel=ERROR",
)
_MACHINE = re.compile(r"(ssh://)?[A-Za-z0-9_][\w.@%+:\[\]-]*")
_EXPECTED = "HOST or USER@HOST, as `ssh` takes it: a name of ~/.ssh/config, or an address"
FAILED = 255
"""The exit code of ssh itself; others are those of what it ran."""

_REFUSALS = (
    (
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        "The host key of {machine} has changed",
        "Find out why. If the change is right, `ssh-keygen -R HOST` in a terminal forgets the old "
        "key, and `{line}` takes the new one.",
    ),
    (
        "Host key verification failed",
        "The host key of {machine} is not known here",
        "Type once in a terminal: {line}",
    ),
    (
        "Permission denied",
        "{machine} asks for a password or refuses the login",
        "Set up a key (`ssh-copy-id {machine}`) or unlock it (`ssh-add`); this must work in a "
        "terminal without a question: {line}",
    ),
    ("Too many authentication failures", "{machine} takes none of the keys of your agent", ""),
    ("Could not resolve hostname", "There is no machine {machine}", ""),
    ("Connection refused", "{machine} refuses the connection: no ssh server answers there", ""),
    ("timed out", "{machine} does not answer", ""),
    ("No route to host", "{machine} cannot be reached", ""),
    ("Network is unreachable", "{machine} cannot be reached", ""),
)


def checked_machine(text: str) -> str:
    """A machine as ssh takes it.

    Raises:
        InputError: It is none; nothing that ssh would take for an option gets through.
    """
    text = text.strip()
    if not _MACHINE.fullmatch(text):
        raise InputError(f"{text!r} is not the name of a machine", expected=_EXPECTED)
    return text


def ssh_words(machine: str, command: str) -> list[str]:
    """The command line that has a machine run a command."""
    options = [word for option in _OPTIONS for word in ("-o", option)]
    return ["ssh", "-T", *options, "--", checked_machine(machine), command]


def python_command(python: str, source: str, arguments: Sequence[str]) -> str:
    """What a shell over there is told to run source text in a Python.

    The text is packed, so that it means the same to every shell.
    """
    words = ["exec", python, "-c", packed(source), *arguments]
    return " ".join(shlex.quote(word) for word in words)


def packed(source: str) -> str:
    """Source text as one line without any character that a shell or a quoted word cares about."""
    text = base64.b64encode(zlib.compress(source.encode(), 9)).decode()
    # No file of the folder that it begins in is taken for a module.
    own = "import sys;sys.path[:]=[p for p in sys.path if p];import base64,zlib"
    return f'{own};exec(zlib.decompress(base64.b64decode("{text}")))'


def refused(machine: str, output: str) -> InputError:
    """Why a machine cannot be used, from what ssh said about it."""
    line = f"ssh {machine}"
    for sign, what, remedy in _REFUSALS:
        if sign in output:
            names = {"machine": machine, "line": line}
            return InputError(what.format(**names), remedy=remedy.format(**names) or _CHECK + line)
    last = next((text.strip() for text in reversed(output.splitlines()) if text.strip()), "")
    # Where a connection that was there is lost, ssh ends without a word.
    what = f"There is no connection to {machine} ({last})" if last else _LOST.format(machine)
    return InputError(what, remedy=_CHECK + line)


_LOST = "The connection to {} was lost"
_CHECK = "This must work in a terminal without a question: "


def no_client(error: OSError) -> InputError:
    """There is no OpenSSH client on this machine."""
    return InputError(
        f"The program ssh cannot be started ({error.strerror or error})",
        expected="the OpenSSH client",
        remedy="Install it (on Debian and Ubuntu: openssh-client).",
    )
