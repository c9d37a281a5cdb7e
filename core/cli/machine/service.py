"""``service``: a dispatcher or a worker of TensorFlow's tf.data service, in the foreground."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar, NoReturn

from core.cli.command import DONE, Command
from core.cli.terminal.streams import say
from core.lazy import quiet, tf
from core.measure.loading import check_tensorflow
from core.measure.service_probe import ask_service
from core.measure.service_troubles import no_dispatcher
from core.model.errors import InputError, RunError

DISPATCHER, WORKER = "dispatcher", "worker"
_PORT = 5050
_LOOK_S, _ASK_S = 1.0, 20.0


class ServiceCommand(Command):
    """Starts one server and says what happens until it is told to end."""

    name: ClassVar[str] = "service"
    help: ClassVar[str] = (
        "Start a dispatcher or a worker of a tf.data service here, for runs with "
        "service.address=grpc://HOST:PORT. Stays in the foreground until Ctrl-C or SIGTERM."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument("role", choices=(DISPATCHER, WORKER), help="what to start")
        parser.add_argument(
            "--port",
            type=int,
            metavar="N",
            help=f"where it listens (dispatcher: {_PORT}; worker: any that is free). It listens "
            "on all networks of this machine, and asks nobody for a password: TensorFlow's service "
            "has none",
        )
        parser.add_argument(
            "--dispatcher", metavar="HOST:PORT", help="of a worker: whom it works for"
        )
        parser.add_argument(
            "--host",
            metavar="NAME",
            help="of a worker: by which name or address others reach this machine (default: "
            "localhost where the dispatcher is here, else the address that leads to it)",
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class.

        Raises:
            InputError: An argument is missing or makes no sense, or there is no TensorFlow.
            RunError: The port is taken, or there is no dispatcher.
        """
        port = arguments.port
        if port is not None and not 0 <= port <= 65_535:
            raise InputError(f"--port {port} is no port", expected="a number from 1 to 65535")
        target = _target(arguments.role, arguments.dispatcher)
        check_tensorflow()
        over = threading.Event()
        with _told_by_signals(over):
            # A GPU is for the training.
            os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
            quiet()
            _log(f"loading TensorFlow for a {arguments.role}")
            if arguments.role == DISPATCHER:
                _serve_dispatcher(_PORT if port is None else port, over)
            else:
                host = arguments.host or _own_address(target)
                _serve_worker(target, host, port or 0, over)
            _end()


def _target(role: str, dispatcher: str | None) -> str:
    """The dispatcher's address of a worker, as ``HOST:PORT``."""
    if role == DISPATCHER:
        if dispatcher is not None:
            raise InputError("--dispatcher is for a worker", remedy="Leave it out.")
        return ""
    target = (dispatcher or "").removeprefix("grpc://")
    if not re.fullmatch(r"[^\s/]+:\d{1,5}", target):
        problem = (
            f"--dispatcher {dispatcher} is no address"
            if dispatcher
            else "A worker needs a dispatcher"
        )
        raise InputError(problem, expected="--dispatcher HOST:PORT, as the dispatcher says it")
    return target


def _own_address(target: str) -> str:
    """How this machine is reached from where the dispatcher is."""
    host, _, port = target.rpartition(":")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.connect((host, int(port)))  # sends nothing
            own = str(way.getsockname()[0])
    except OSError:
        return "localhost"
    return "localhost" if own.startswith("127.") else own


def _serve_dispatcher(port: int, over: threading.Event) -> None:
    service = tf.data.experimental.service
    server = _started(lambda: service.DispatchServer(service.DispatcherConfig(port=port)), port)
    address = server.target.partition("://")[2]
    elsewhere = f"{socket.gethostname()}:{address.rpartition(':')[2]}"
    _log(f"dispatcher ready: service.address=grpc://{address}, elsewhere grpc://{elsewhere}")
    _log(f"workers: python main.py service worker --dispatcher {address}")
    _log("it listens on all networks of this machine, without a password: keep others out")
    known = 0
    while not over.wait(_LOOK_S):
        now = server._num_workers()
        if now != known:
            _log(f"{now} workers have registered, those that are gone among them")
            known = now
    _end()


def _serve_worker(target: str, host: str, port: int, over: threading.Event) -> None:
    _wait_for_dispatcher(target, over)
    if over.is_set():
        return
    server = _started(partial(_worker, target, host, port), port)
    # It keeps its port: runs know it by that.
    port = int(server._address.rpartition(":")[2])
    _log(f"worker ready: {host}:{port}, for grpc://{target}")
    known, there, due_s = 0, True, time.monotonic() + _ASK_S
    while not over.wait(_LOOK_S):
        now = server._num_tasks()
        if now != known:
            _log(f"works on {now} data sets" if now else "has nothing to do")
            known = now
        if time.monotonic() >= due_s:
            answer = ask_service((target,), (), over.is_set)[target]
            if answer.trouble and there and not over.is_set():
                _log(f"the dispatcher grpc://{target} does not answer; waiting for it")
            there = not answer.trouble
            if there and f"{host}:{port}" not in answer.workers:
                # It was started anew. TensorFlow's worker does not register again.
                _log(f"the dispatcher grpc://{target} does not know this worker: registering again")
                _again(port)
            due_s = time.monotonic() + _ASK_S
    _end()


def _worker(target: str, host: str, port: int) -> Any:
    service = tf.data.experimental.service
    return service.WorkerServer(
        service.WorkerConfig(
            target,
            worker_address=f"{host}:%port%",
            port=port,
            data_transfer_address=f"{host}:%dts_port%",
        )
    )


def _wait_for_dispatcher(target: str, over: threading.Event) -> None:
    """Until one answers: it may start after its workers. TensorFlow would wait without a word.

    Raises:
        RunError: Something else is there.
    """
    last = ""
    while not over.is_set():
        answer = ask_service((target,), (), over.is_set)[target]
        if over.is_set() or not answer.trouble:
            return
        trouble = no_dispatcher(f"grpc://{target}", answer)
        if answer.trouble not in ("UNAVAILABLE", "DEADLINE_EXCEEDED"):
            raise trouble
        if trouble.what != last:
            last = trouble.what
            _log(f"waiting for the dispatcher: {last}")
        over.wait(_LOOK_S)


def _started(start: Callable[[], Any], port: int) -> Any:
    try:
        return start()
    except tf.errors.OpError as error:
        raise RunError(
            f"Port {port} could not be opened: {str(error).splitlines()[0]}",
            expected="a port that nothing else uses",
            remedy="Take another one with --port.",
            details=str(error),
        ) from error


def _end() -> NoReturn:
    """End while there is a server: TensorFlow stops one with its last reference.

    For the tasks of a dispatcher that is gone it then waits for ever, deaf to signals.
    """
    _log("ended")
    os._exit(DONE)


def _again(port: int) -> NoReturn:
    """Begin anew in the same process: TensorFlow may take half a minute to stop a server."""
    sys.stdout.flush()
    os.execv(sys.executable, [*sys.orig_argv, "--port", str(port)])


@contextlib.contextmanager
def _told_by_signals(over: threading.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM set an event meanwhile, instead of ending the program."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda number, frame: over.set()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _log(text: str) -> None:
    say(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}")
