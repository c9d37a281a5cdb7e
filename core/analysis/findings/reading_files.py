"""How many files are read at the same time, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import API, PERFORMANCE, Finding, Severity
from core.analysis.findings.link import READERS, Link, Links
from core.model.kinds import AUTOTUNE, OFF, Value
from core.pipeline.cardinality import ENDLESS

_URL = f"{PERFORMANCE}#parallelizing_data_extraction"
_OPENS = ("interleave", "flat_map")


def readers_of_one_file(links: Links) -> Iterator[Finding]:
    """Parallel reads with fewer files than readers."""
    for link in links.all:
        if link.kind not in READERS or not link.parallel or link.files is None or link.files < 1:
            continue
        if link.files > 1 and (link.calls == AUTOTUNE or _whole(link.calls) <= link.files):
            continue
        one = link.files == 1
        yield Finding(
            "readers_of_one_file" if one else "more_readers_than_files",
            Severity.COSTLY if one else Severity.HINT,
            "parallel reads of a single file" if one else "more readers than files",
            (
                "num_parallel_reads reads several files at once and never parts of one: a "
                "second reader has nothing to read, and each record takes the way through another "
                "thread (alone, on 2 cores, records of 200 bytes took at least twice as long)."
                if one
                else f"{link.calls} readers share {link.files} files: the others have nothing to "
                "do."
            ),
            "Leave num_parallel_reads out, or split the data into several files."
            if one
            else f"{link.files} are enough.",
            link.key,
            link.site,
            link.set_calls(OFF if one else link.files),
            _URL,
            about_time=True,
        )


def cycle_and_files(links: Links) -> Iterator[Finding]:
    """An interleave over fewer elements than it takes at the same time."""
    for link in links.of_kind("interleave"):
        files, cycle = _elements_before(links, link), link.number("cycle_length")
        if files is None or files < 1 or cycle is None or cycle <= files:
            continue
        yield Finding(
            "cycle_beyond_files",
            Severity.HINT,
            "a cycle longer than there are files",
            f"{link.words} takes {cycle} elements in turn and gets {files}: no more than {files} "
            "are ever read at the same time.",
            "Split the data into more files, or shorten the cycle.",
            link.key,
            link.site,
            {},
            f"{API}Dataset#interleave",
            about_time=True,
        )


def calls_beyond_cycle(links: Links) -> Iterator[Finding]:
    """More parallel calls than an interleave has open, which TensorFlow refuses."""
    for link in links.all:
        cycle, calls = link.number("cycle_length"), link.calls
        if link.kind != "interleave" or cycle is None or not isinstance(calls, int):
            continue
        if calls <= cycle:
            continue
        yield Finding(
            "calls_beyond_cycle",
            Severity.WRONG,
            "more parallel calls than the cycle is long",
            f"TensorFlow refuses num_parallel_calls={calls} with cycle_length={cycle}: the "
            "pipeline fails as soon as it is built.",
            f"Raise cycle_length to {calls}, or take at most {cycle} calls.",
            link.key,
            link.site,
            link.set(calls, "cycle_length") or link.set_calls(cycle),
            f"{API}Dataset#interleave",
        )


def sequential_interleave(links: Links) -> Iterator[Finding]:
    """An interleave that reads one file at a time."""
    for link in links.of_kind("interleave"):
        if link.calls is not None or link.python or _elements_before(links, link) == 1:
            continue
        yield Finding(
            "sequential_interleave",
            Severity.HINT,
            "an interleave without parallel calls",
            f"{link.words} mixes files but reads one at a time, and TensorFlow leaves it so. It "
            "matters where opening or reading a file takes time (remote or cold storage); with "
            "the files in memory there is nothing to gain.",
            "Give it num_parallel_calls=tf.data.AUTOTUNE.",
            link.key,
            link.site,
            link.set_calls(AUTOTUNE),
            _URL,
            about_time=True,
        )


def reader_without_end(links: Links) -> Iterator[Finding]:
    """A repeat inside an interleave: files that are never reached."""
    for outer in links.of_kind(*_OPENS):
        files, cycle = _elements_before(links, outer), outer.number("cycle_length")
        open_at_once = 1 if outer.kind == "flat_map" else cycle
        if files is not None and (files < 2 or (open_at_once or 0) >= files):
            continue
        for repeat in links.nested(outer):
            if repeat.kind != "repeat" or repeat.passes != ENDLESS:
                continue
            if repeat.inside != outer.key or links.behind(repeat, "take"):
                continue
            sure = open_at_once is not None and files is not None
            reached = (
                "the first file is"
                if open_at_once == 1
                else f"the first {open_at_once or 'few'} files are"
            )
            yield Finding(
                "reader_without_end",
                Severity.WRONG if sure or outer.kind == "flat_map" else Severity.HINT,
                "repeat inside " + outer.kind,
                f"{repeat.words} lets a file never end, so {outer.words} never comes to the next "
                f"one: only {reached} ever read.",
                f"Put repeat behind the {outer.kind}.",
                repeat.key,
                repeat.site,
                {},
                f"{API}Dataset#interleave",
            )


def _whole(calls: Value | None) -> int:
    return calls if isinstance(calls, int) else 0


def _elements_before(links: Links, link: Link) -> int | None:
    source = links.by_key.get(link.inputs[0]) if link.inputs else None
    return source.elements if source is not None else None
