"""What is to be said of a tf.data service that does not do what a run needs."""

from __future__ import annotations

from collections.abc import Sequence

from core.measure.service_probe import LIMIT_S, ServerAnswer
from core.model.errors import RunError

_RESTART = "Start what is missing again (`python main.py service`), and then the run."


def no_dispatcher(address: str, answer: ServerAnswer) -> RunError:
    """Nothing answers as a dispatcher would.

    Args:
        address: As it was given: ``grpc://HOST:PORT``.
        answer: What came of asking.
    """
    host, _, port = address.removeprefix("grpc://").rpartition(":")
    details = answer.details.lower()
    expected = "the dispatcher of a tf.data service"
    if answer.trouble == "UNIMPLEMENTED":
        return RunError(
            f"{address} answers, but not as the dispatcher of a tf.data service",
            expected="the dispatcher's address, not a worker's",
            remedy="Check which port the dispatcher prints when it starts.",
            details=answer.details,
        )
    if "dns" in details or "name resolution" in details or "lookup" in details:
        what = f"There is no host {host}, and so no tf.data service at {address}"
        remedy = "Check the name of the host."
    elif "refused" in details:
        what = f"Nothing listens at port {port} of {host}, where {address} would be"
        remedy = f"Check the port. `python main.py service dispatcher --port {port}` starts one."
    elif answer.trouble == "UNAVAILABLE":
        what = f"What listens at {address} is no tf.data service"
        remedy = "Check the port: another program may use it."
    else:
        what = f"No dispatcher answers at {address} within {LIMIT_S:g} s ({answer.trouble})"
        remedy = "Check host and port, and whether a firewall blocks them."
    return RunError(what, expected=expected, remedy=remedy, details=answer.details)


def another_version(address: str, theirs: int, ours: int) -> RunError:
    """The service is of another version of TensorFlow."""
    return RunError(
        f"{address} is of another version of TensorFlow: its service has protocol {theirs}, that "
        f"of this run's TensorFlow {ours}",
        expected="the same TensorFlow here and in the service",
        remedy="Start dispatcher and workers with the interpreter of this run.",
    )


def no_workers(address: str) -> RunError:
    """The dispatcher has nobody to do the work."""
    return RunError(
        f"The tf.data service {address} has no workers",
        expected="at least one worker",
        remedy="Start some: `python main.py service worker --port N --dispatcher "
        f"{address.removeprefix('grpc://')}`.",
    )


def silent_workers(address: str, silent: Sequence[str], count: int) -> RunError:
    """Workers that the dispatcher knows cannot be reached from here."""
    names = ", ".join(silent[:3]) + (f" and {len(silent) - 3} more" if len(silent) > 3 else "")
    return RunError(
        f"{len(silent)} of {count} workers of {address} do not answer: {names}",
        expected="workers that can be reached from this machine by these addresses",
        remedy="Start them again at the same port, or the dispatcher anew where they are gone for "
        "good. A worker on another machine needs --host NAME, by which this one reaches it.",
    )


def not_started(name: str, how: str, output: str) -> RunError:
    """A worker of this run's own did not come up.

    Args:
        name: Of the worker.
        how: What became of it, in words.
        output: The end of what it printed.
    """
    return RunError(
        f"{name} of the tf.data service {how} before it was ready",
        expected="processes in which TensorFlow starts",
        remedy="Each takes about 700 MB of memory: take fewer workers where there is little.",
        details=output,
    )


def worker_ended(name: str, pid: int, how: str, output: str, *, shared: bool) -> RunError:
    """A worker of this run's own ended while it was needed."""
    return RunError(
        f"{name} of the tf.data service (process {pid}) {how}, and {_lost(shared=shared)}",
        expected="workers that live as long as the run",
        remedy="Run it again; where memory ran out, take fewer workers or smaller buffers.",
        details=output,
    )


def gone(
    address: str, silent: Sequence[str], silence_s: float, *, shared: bool, own: bool
) -> RunError:
    """A dispatcher or workers do not answer any more, and no element comes.

    Args:
        address: The dispatcher's.
        silent: Who does not answer; the dispatcher may be among them.
        silence_s: So long no element came.
        shared: Each element goes to one worker.
        own: The run started it.
    """
    known = [name for name in silent if not address.endswith(f"//{name}")]
    who = " and ".join(
        [
            *(["the dispatcher"] if len(known) < len(silent) else []),
            *([f"the worker {' and '.join(known[:3])}"] if known else []),
        ]
    )
    lost = _lost(shared=shared) if known else "nobody shares out the data any more"
    return RunError(
        f"No element came for {silence_s:.0f} s, and {who} of {address} cannot be reached any "
        f"more. {lost[0].upper()}{lost[1:]}",
        expected="a tf.data service that lives as long as the run",
        remedy="Run it again." if own else _RESTART,
    )


def _lost(*, shared: bool) -> str:
    if shared:
        return "the elements that it had are lost: the epoch would wait for them forever"
    return "the rest of its copy of the data is lost: the epoch would wait for it forever"
