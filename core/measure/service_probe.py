"""Asks a tf.data service who is there, in a process that can be killed, within a time limit.

TensorFlow itself waits for an hour, without a word, for a dispatcher that is not there. The
questions are those of the service's own protocol: its version, its workers, what those work on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.measure.side_process import SideProcess

LIMIT_S = 10.0
"""After that there is an answer, whatever it is."""
_CALL_S = 3.0


@dataclass(frozen=True)
class ServerAnswer:
    """What a server said.

    Attributes:
        trouble: Why it said nothing, as gRPC names it ("UNAVAILABLE"); empty where it answered.
        details: The same in gRPC's words.
        version: Version of the service's protocol; of a dispatcher.
        workers: Addresses of the workers that a dispatcher knows.
    """

    trouble: str = ""
    details: str = ""
    version: int = 0
    workers: tuple[str, ...] = ()


def ask_service(
    dispatchers: Sequence[str],
    workers: Sequence[str],
    cancelled: Callable[[], bool],
    limit_s: float = LIMIT_S,
) -> dict[str, ServerAnswer]:
    """Ask servers at the same time; what has not answered within the limit is in trouble.

    Args:
        dispatchers: Their addresses, as ``HOST:PORT``.
        workers: Likewise.
        cancelled: Asked often; True ends it, as if nobody had answered.
        limit_s: Seconds until the asking process is killed.

    Returns:
        An answer for each address.
    """
    everyone = [*dispatchers, *workers]
    words = (str(_CALL_S), json.dumps(list(dispatchers)), json.dumps(list(workers)))
    try:
        asking = SideProcess("question to the service", ask, words)
    except OSError as error:
        return dict.fromkeys(everyone, ServerAnswer("UNKNOWN", f"it could not be asked: {error}"))
    try:
        if not asking.wait(limit_s, cancelled):
            how = asking.ending or f"gave no answer within {limit_s:g} s"
            silent = ServerAnswer(
                "DEADLINE_EXCEEDED", f"the process that asks {how}. {asking.output}"
            )
            return dict.fromkeys(everyone, silent)
        answers = json.loads(asking.said)
    finally:
        asking.end()
    return {
        address: ServerAnswer(trouble, details, version, tuple(workers))
        for address, (trouble, details, version, workers) in answers.items()
    }


def ask(call_s: str, dispatchers: str, workers: str) -> None:
    """Runs in a process of its own: its code is what runs there.

    Args:
        call_s: Seconds that a call may take.
        dispatchers: Addresses, as JSON.
        workers: Likewise.
    """
    import json
    import os
    from concurrent.futures import ThreadPoolExecutor

    import grpc

    def call(address: str, method: str) -> bytes:
        channel = grpc.insecure_channel(address)
        plain = {"request_serializer": bytes, "response_deserializer": bytes}
        made = channel.unary_unary(f"/tensorflow.data.{method}", **plain)
        return bytes(made(b"", timeout=float(call_s)))

    def fields(message: bytes) -> list[tuple[int, int | bytes]]:
        # Numbers and parts of a protocol buffer by their field's number.
        at, read = 0, []

        def number() -> int:
            nonlocal at
            value, shift = 0, 0
            while True:
                byte = message[at]
                at += 1
                value |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    return value

        while at < len(message):
            key = number()
            value: int | bytes = number()
            if key & 7 == 2:
                length = int(value)
                value = message[at : at + length]
                at += length
            read.append((key >> 3, value))
        return read

    def dispatcher(address: str) -> tuple[str, str, int, list[str]]:
        version = fields(call(address, "DispatcherService/GetVersion"))
        known = fields(call(address, "DispatcherService/GetWorkers"))
        addresses = [
            value.decode()
            for _, worker in known
            for field, value in fields(bytes(worker))
            if field == 1 and isinstance(value, bytes)
        ]
        return "", "", next((int(value) for field, value in version if field == 1), 0), addresses

    def worker(address: str) -> tuple[str, str, int, list[str]]:
        call(address, "WorkerService/GetWorkerTasks")
        return "", "", 0, []

    def asked(question: object, address: str) -> object:
        try:
            return question(address)  # type: ignore[operator]
        except grpc.RpcError as error:
            return error.code().name, str(error.details()), 0, []
        except Exception as error:
            return "UNKNOWN", f"{type(error).__name__}: {error}", 0, []

    questions = [
        *((dispatcher, address) for address in json.loads(dispatchers)),
        *((worker, address) for address in json.loads(workers)),
    ]
    with ThreadPoolExecutor(max(len(questions), 1)) as pool:
        answers = pool.map(lambda pair: asked(*pair), questions)
        by_address = {
            address: answer for (_, address), answer in zip(questions, answers, strict=True)
        }
    print(json.dumps(by_address), flush=True)
    os._exit(0)
