"""From chosen settings to the patch that puts them into a person's code."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from core.export.patch.call_changes import CallChange, call_changes
from core.export.patch.edit_sites import EditSite, edit_sites
from core.export.patch.edits import CannotEditError
from core.export.patch.file_edits import FileEdits
from core.export.patch.notes import also_called_at
from core.export.patch.result import FilePatch, Patch
from core.export.patch.source import SourceFile, read
from core.model.chain import Chain
from core.model.settings import Settings
from core.pipeline.recorded_chain.chain import AddedService
from core.pipeline.stages.process import chosen, written_environment, written_set_up


def patch(
    chain: Chain,
    settings: Settings,
    *,
    pair: bool | None = None,
    stamps: Mapping[Path, str] | None = None,
    folder: Path | None = None,
    texts: Mapping[str, bytes] | None = None,
) -> Patch:
    """The patch that makes the code as the settings say.

    Nothing of the code is run. Formatting and comments elsewhere stay as they are, to the byte.

    Args:
        chain: The stages of someone's code (see ``user_code_chain``).
        settings: What was chosen.
        pair: The function returns two datasets, or more; False where it returns the dataset
            itself, None where that is not known.
        stamps: SHA-256 of files when they were opened: one that is another now is left alone.
        folder: Where names in the diff start; the folder that all files are in if None.
        texts: Of the files, where they are on another machine; None for this one.
    """
    asked = call_changes(chain, settings)
    sources, failed = _sources(asked, stamps or {}, texts)
    sites = edit_sites(asked, sources, failed, pair=pair)
    not_done = [
        *sites.not_done,
        *_service(chain, settings),
        *_process(settings),
    ]
    notes: list[str] = []
    changed: list[tuple[SourceFile, bytes]] = []
    for source in sources.values():
        mine = [site for site in sites.sites if site.source is source]
        if not mine:
            continue
        try:
            edits = FileEdits(source)
            for site in mine:
                not_done += edits.add(site)
            text = edits.text()
        except CannotEditError as error:
            not_done += [f"{_named(site)}: {error}." for site in mine]
            continue
        if text != source.text:
            changed.append((source, text))
            notes += edits.notes()
            calls = [site for site in mine if not site.calls_python]
            notes += also_called_at(sources.values(), calls, asked)
    top = folder or _common(source.file for source, _ in changed)
    return Patch(
        top,
        tuple(_file(source, text, top) for source, text in changed),
        tuple(dict.fromkeys(not_done)),
        tuple(dict.fromkeys(notes)),
    )


def _sources(
    asked: Sequence[CallChange], stamps: Mapping[Path, str], texts: Mapping[str, bytes] | None
) -> tuple[dict[Path, SourceFile], dict[Path, str]]:
    """The person's files that calls stand in, and why some cannot be read."""
    source_files: dict[Path, SourceFile] = {}
    failed: dict[Path, str] = {}
    if not any(call_change.differs for call_change in asked):
        return source_files, failed
    files = [
        Path(site.file)
        for call_change in asked
        for site in call_change.call.path
        if not site.library
    ]
    functions = [
        Path(call_change.call.function.file)
        for call_change in asked
        if call_change.processes is not None and call_change.call.function is not None
    ]
    for file in dict.fromkeys((*files, *functions)):
        try:
            source = read(file, texts)
            stamp = stamps.get(file)
            if stamp is not None and hashlib.sha256(source.raw).hexdigest() != stamp:
                raise CannotEditError(f"{file.name} has changed since it was opened")
            source_files[file] = source
        except CannotEditError as error:
            failed[file] = str(error)
    return source_files, failed


def _service(chain: Chain, settings: Settings) -> list[str]:
    services = (stage for stage in chain.stages if isinstance(stage, AddedService))
    service = next((stage for stage in services if stage.is_on(settings)), None)
    if service is None or service.is_there(settings):
        return []
    return [
        f"{service.key}: workers that are to be started are not part of the patch; a service with "
        "an address is.",
        f"Behind {service.call_before(settings)}: .{service.in_a_line(settings)}",
        "start_service, which starts the workers, is part of what `python main.py code "
        "in_memory --set service.workers=2` prints.",
    ]


def _process(settings: Settings) -> list[str]:
    keys = chosen(settings)
    if not keys:
        return []
    lines = [
        *((line, "Before TensorFlow is imported") for line in written_environment(settings)),
        *((line, "Right behind the imports") for line in written_set_up(settings)),
    ]
    return [
        f"{', '.join(keys)}: what holds for the whole process is not part of the patch.",
        *(f"{where}: {' '.join(line.split())}" for line, where in lines),
    ]


def _named(site: EditSite) -> str:
    return site.stages[0].where


def _common(files: Iterable[Path]) -> Path:
    parents = [str(file.absolute().parent) for file in files]
    try:
        return Path(os.path.commonpath(parents)) if parents else Path.cwd()
    except ValueError:  # on several drives
        return Path(parents[0])


def _file(source: SourceFile, text: bytes, top: Path) -> FilePatch:
    file = source.file.absolute()
    name = file.relative_to(top) if file.is_relative_to(top) else Path(os.path.relpath(file, top))
    return FilePatch(
        source.file,
        name.as_posix(),
        source.decoded(source.raw),
        source.decoded(source.encoded(text)),
        source.encoding,
    )
