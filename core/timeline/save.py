"""Saves a trace for other programs: Chrome's format for Perfetto, the folder of a profile."""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from core.model.errors import ExplorerError, InputError
from core.timeline.capture import NO_STEP, Capture, Track
from core.timeline.marks import ARRIVED, ASKED, GET_NEXT, key_of

_HOST = "trace"


def save_chrome(capture: Capture, file: Path) -> None:
    """Write a trace as compressed Chrome JSON; where the name does not end in .gz, as text.

    Raises:
        ExplorerError: It cannot be written.
    """
    opened = gzip.open if file.name.endswith(".gz") else open
    part = file.with_name(f"{file.name}.part")
    try:
        with opened(part, "wt", encoding="utf-8") as target:
            target.write('{"displayTimeUnit": "ms", "traceEvents": [\n')
            # Line by line: a trace can be large.
            between = ""
            for event in _events(capture):
                target.write(between + json.dumps(event, separators=(",", ":")))
                between = ",\n"
            target.write("\n]}\n")
        part.replace(file)
    except OSError as error:
        raise _unwritten(file, error) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _events(capture: Capture) -> Iterator[dict[str, Any]]:
    processes = {track.process: 0 for track in capture.tracks}
    for number, process in enumerate(processes, 1):
        processes[process] = number
        yield {"ph": "M", "pid": number, "name": "process_name", "args": {"name": process}}
    for thread, track in enumerate(capture.tracks, 1):
        pid = processes[track.process]
        yield {
            "ph": "M",
            "pid": pid,
            "tid": thread,
            "name": "thread_name",
            "args": {"name": track.name},
        }
        yield from _of_track(capture, track, pid, thread)


def _of_track(capture: Capture, track: Track, pid: int, thread: int) -> Iterator[dict[str, Any]]:
    columns = (track.start_s, track.end_s, track.name_index, track.key, track.step)
    for start_s, end_s, name, key, step in zip(*(c.tolist() for c in columns), strict=True):
        event: dict[str, Any] = {
            "ph": "X",
            "pid": pid,
            "tid": thread,
            "name": capture.names[name],
            "ts": round(start_s * 1e6, 6),
            "dur": round((end_s - start_s) * 1e6, 6),
        }
        arguments: dict[str, Any] = {}
        if key:
            # As text: numbers of JavaScript lose the last digits.
            arguments[key_of(capture.names[name])] = str(key)
            if capture.names[name] in (ASKED, ARRIVED):
                arguments["kernel_type"] = GET_NEXT
        if step != NO_STEP:
            arguments["step_num"] = str(step)
        yield event | ({"args": arguments} if arguments else {})


def save_profile(file: Path, folder: Path) -> Path:
    """Write a trace as a folder that XProf and TensorBoard open.

    Args:
        file: An ``.xplane.pb``, compressed or not.
        folder: The log folder; one of this moment is made in it.

    Returns:
        The folder that was made.

    Raises:
        InputError: It is no ``.xplane.pb``, or a damaged one.
        ExplorerError: It cannot be written.
    """
    if ".xplane.pb" not in file.name:
        raise InputError(f"XProf cannot open {file.name}", expected="a trace in a file *.xplane.pb")
    moment = datetime.now().strftime("%Y_%m_%d_%H_%M_%S")
    target = folder / "plugins" / "profile" / moment
    opened = gzip.open if file.name.endswith(".gz") else open
    written = target / f"{_HOST}.xplane.pb"
    try:
        target.mkdir(parents=True, exist_ok=True)
        with opened(file, "rb") as source, written.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
    except (OSError, EOFError, zlib.error) as error:
        with contextlib.suppress(OSError):
            written.unlink(missing_ok=True)
            target.rmdir()
        if isinstance(error, (EOFError, zlib.error, gzip.BadGzipFile)):
            raise InputError(
                f"{file} is damaged ({error})", expected="a whole trace", remedy="Take it anew."
            ) from error
        raise _unwritten(target, error) from error
    return target


def _unwritten(path: Path, error: OSError) -> ExplorerError:
    return ExplorerError(
        f"{path} cannot be written ({error.strerror or error})",
        remedy="Choose another folder, or make room on its disk.",
    )
