"""An ssh server of a test's own on 127.0.0.1, with keys that are thrown away."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

MACHINE = "far-machine"
"""What ssh calls the server here, by a configuration of its own."""
UNKNOWN = "unknown-machine"
"""The same server, whose key is not known."""
_WITHIN_S = 10.0


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))


MISSING = next((name for name in ("sshd", "ssh", "ssh-keygen") if _program(name) is None), "")
needs_sshd = pytest.mark.skipif(
    bool(MISSING), reason=f"{MISSING} is not installed (openssh-server, openssh-client)"
)


@dataclass(frozen=True)
class Sshd:
    """A server that runs.

    Attributes:
        folder: Holds all that it needs, and ``bin/ssh``, which knows its machines.
        port: Where it listens.
    """

    folder: Path
    port: int

    @property
    def path(self) -> str:
        """A ``PATH`` by which ``ssh MACHINE`` leads to the server."""
        return f"{self.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"


@contextlib.contextmanager
def sshd_in(folder: Path) -> Iterator[Sshd]:
    """Start a server; it lets in whoever has the key that is in the folder, and ends with this."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in ("host_key", "key"):
        keygen = [str(_program("ssh-keygen")), "-q", "-t", "ed25519", "-N", "", "-f"]
        subprocess.run([*keygen, str(folder / name)], check=True)
    shutil.copy(folder / "key.pub", folder / "authorized_keys")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    host_key = (folder / "host_key.pub").read_text().split(" ", 2)
    (folder / "known_hosts").write_text(f"{MACHINE} {host_key[0]} {host_key[1].strip()}\n")
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host_key\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nAcceptEnv PX_TEST_* XDG_*\n"
        "MaxStartups 100\nMaxSessions 100\n"
    )
    common = (
        f"HostName 127.0.0.1\nPort {port}\nUser {getpass.getuser()}\nIdentityFile {folder}/key\n"
        f"IdentitiesOnly yes\nIdentityAgent none\nUserKnownHostsFile {folder}/known_hosts\n"
        "GlobalKnownHostsFile none\nSendEnv PX_TEST_* XDG_*\n"
    )
    (folder / "config").write_text(
        f"Host {MACHINE}\nHostKeyAlias {MACHINE}\n{common}"
        f"Host {UNKNOWN}\nHostKeyAlias {UNKNOWN}\n{common}"
        f"Host refusing-machine\nHostName 127.0.0.1\nPort 1\n"
        f"Host locked-machine\nHostKeyAlias {MACHINE}\n"
        f"{common.replace('/key', '/host_key', 1)}"
    )
    ssh = folder / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\nexec {_program("ssh")} -F {folder}/config "$@"\n')
    ssh.chmod(0o755)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = (folder / "log").open("wb")
    command = [str(_program("sshd")), "-D", "-e", "-f", str(folder / "sshd_config")]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait_for(server, port, folder / "log")
        yield Sshd(folder, port)
    finally:
        server.terminate()
        server.wait()
        log.close()


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until_s = time.monotonic() + _WITHIN_S
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
            return
        if server.poll() is not None or time.monotonic() > until_s:
            raise RuntimeError(f"sshd did not start: {log.read_text(errors='replace')}")
