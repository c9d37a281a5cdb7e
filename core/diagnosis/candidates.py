"""Changes that may help: the most promising first, and only what the person allows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core.diagnosis.advice.suggestions import only_you_can
from core.diagnosis.candidate import Candidate
from core.diagnosis.finder import Finder
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, DiagnosisOptions, Limit, Suggestion
from core.model.errors import InputError
from core.model.kinds import Value
from core.model.settings import Settings
from core.pipeline.training import training_changes

LEAST_EXPECTED = 1.04
_LEAST_TRIED = 3


@dataclass(frozen=True)
class Candidates:
    """What may help.

    Attributes:
        to_try: The most promising first.
        not_allowed: What would change the training.
        only_you_can: What a person could do in the code.
    """

    to_try: tuple[Candidate, ...] = ()
    not_allowed: tuple[Suggestion, ...] = ()
    only_you_can: tuple[Suggestion, ...] = field(default=())


def candidates(
    now: Situation,
    limit: Limit,
    narrow: CutRate | None,
    settings: Settings,
    options: DiagnosisOptions,
    ram_bytes: float,
) -> Candidates:
    """Changes against a limit.

    Args:
        now: What was measured.
        limit: What limits.
        narrow: The stage that does.
        settings: Those that were measured.
        options: What the person allows.
        ram_bytes: Memory that a cache may take.
    """
    finder = Finder(now, limit, narrow, settings, ram_bytes)
    known: dict[tuple[tuple[str, Value], ...], Candidate] = {}
    for candidate in finder.all():
        key = tuple(sorted(candidate.changes.items(), key=str))
        try:
            changed = settings.with_values(candidate.changes)
        except InputError:
            # No place for it: the call is made in a loop, for example.
            continue
        if changed == settings or key in known:
            continue
        changes = training_changes(settings, changed)
        known[key] = replace(candidate, changes_training=changes)
    ranked = sorted(known.values(), key=lambda candidate: -candidate.expected)
    promising = [candidate for candidate in ranked if candidate.expected >= LEAST_EXPECTED]
    # What is expected rests on rates that may be disturbed: something is tried in any case.
    few = len(promising) < (1 if limit is Limit.HOST else _LEAST_TRIED)
    ranked = ranked[:_LEAST_TRIED] if few else promising
    allowed = [candidate for candidate in ranked if candidate.kinds <= set(options.allow)]
    # Of one knob the most promising value is enough to decide whether to allow it.
    refused: dict[frozenset[str], Candidate] = {}
    for candidate in ranked:
        if candidate not in allowed:
            refused.setdefault(frozenset(candidate.changes), candidate)
    return Candidates(
        tuple(allowed),
        tuple(_refused(now, candidate) for candidate in refused.values()),
        (*finder.caches.too_large, *only_you_can(now, limit, narrow, settings)),
    )


def _refused(now: Situation, candidate: Candidate) -> Suggestion:
    node = now.graph.by_key.get(candidate.stage)
    site = None if node is None else node.site
    changes = "; ".join(change.words for change in candidate.changes_training)
    return Suggestion(
        candidate.title,
        f"changes the training ({changes}): allow {', '.join(sorted(candidate.kinds))}",
        candidate.stage,
        "" if site is None else site.file,
        0 if site is None else site.line,
        None if candidate.guessed else candidate.expected,
    )
