"""The search: what limits, try what may help, keep what does, drop what is not needed, prove it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core.diagnosis.candidate import Candidate, key_of
from core.diagnosis.candidates import LEAST_EXPECTED, candidates
from core.diagnosis.changed_knobs import changed_knobs
from core.diagnosis.choice import Choice
from core.diagnosis.limit_by_what_helped import limit_by_what_helped
from core.diagnosis.limits import limit_of
from core.diagnosis.look import Look
from core.diagnosis.measured_with import Measures
from core.diagnosis.measures.segment import Segment
from core.diagnosis.pairs import PLAIN, Compared, Pairs, ratio_words
from core.diagnosis.progress import Progress
from core.diagnosis.proof import Proof
from core.diagnosis.situation import Situation
from core.diagnosis.state import State
from core.diagnosis.suggestion import too_little
from core.model.diagnosis import Answer, DiagnosisOptions, Limit, Trial
from core.model.errors import Cancelled
from core.model.kinds import Value
from core.model.settings import Settings
from core.pipeline.stages.fit import STEPS_PER_EXECUTION
from core.statistics import RatioInterval
from core.text.plural import plural

_SEGMENT_S, _MOST_PAIRS = 0.5, 4
_SEARCH_SHARE, _FIRST_SHARE = 0.6, 0.8
"""Of the budget, until which is searched, and until which a first change is tried."""
_REACHED = 0.97
_MOST_TRIALS, _MOST_CUTS = 16, 2
_NOISY = 0.1
_RETRY_S = 60.0
"""Until then what stayed undecided is tried once more; later only where nothing has helped yet."""
_AT_ONCE = 6
_LEAST_AT_ONCE, _TRAINING_S = 2, 1.2
"""Changes that are compared in the same rounds."""

_Changes = tuple[tuple[str, object], ...]


class Search:
    """One diagnosis, from what is measured first to its answer."""

    def __init__(
        self,
        measures: Measures,
        settings: Settings,
        options: DiagnosisOptions,
        *,
        cores: int,
        ram_bytes: float,
        tell: Callable[[Answer], None],
        clock: Callable[[], float] = time.perf_counter,
        pace: float = 1.0,
        resumed: Answer | None = None,
    ) -> None:
        """Measure nothing yet.

        Args:
            measures: What is measured with.
            settings: The pipeline as it is.
            options: What the person allows.
            cores: Cores that the process may use.
            ram_bytes: Memory that a cache may take.
            tell: Takes the answer as far as it is known, again and again.
            clock: Seconds.
            pace: Share of the usual time that each training takes.
            resumed: What was known when an earlier attempt was stopped: what it tried is not
                tried again.
        """
        state = State(settings, settings, options, ram_bytes, emulated=settings.emulations())
        self._tried: set[_Changes] = set()
        self._progress = Progress(state, tell, clock)
        self._pairs = Pairs(
            measures.shortened,
            options,
            pace,
            lambda: self._progress.time_left(0.95),
            self._progress.publish_if_due,
        )
        self._measures = measures
        self._look = Look(measures, self._progress, cores, pace)
        self._undecided: set[_Changes] = set()
        self._kept_ratio, self._compared = 1.0, 0
        self._last: dict[str, RatioInterval] = {}
        if resumed is not None:
            self._resume(resumed)

    @property
    def state(self) -> State:
        """What is known."""
        return self._progress.state

    def carry_out(self) -> Answer:
        """Search until it is found, the budget is used or a Stop; the best that is known then."""
        state = self.state
        try:
            self._look.carry_out()
            assert state.now is not None
            self._pairs.step_s = state.now.step_s
            if state.limit is Limit.TURNAROUND and state.now.short_epochs:
                self._pairs.train = self._measures.whole_epochs
            elif state.limit is Limit.TURNAROUND and state.options.search and not state.now.endless:
                state.doubts.append(
                    "Epochs are too long to be compared whole: what is tried is compared in the "
                    "middle of an epoch. A larger --budget compares longer ones."
                )
            if state.options.search and state.limit is not Limit.ACCELERATOR:
                self._search()
                Proof(self._progress, self._pairs, self._last).carry_out()
        except Cancelled:
            state.stopped = True
            self._progress.add_evidence("Stopped: this is what was known by then.")
        self._doubt_noise()
        state.finished, state.activity = True, ""
        return self._progress.publish()

    def _resume(self, before: Answer) -> None:
        """Take over what an earlier attempt tried and kept."""
        state = self.state
        state.evidence += before.evidence
        state.trials += before.tried
        for trial in before.tried:
            self._tried.add(key_of(trial))
            if trial.kept:
                state.current = state.current.with_values(trial.changes)
                kept = Candidate(trial.title, trial.changes, trial.ratio or 1.0)
                state.kept.append(replace(kept, memory_bytes=trial.memory_bytes))
                self._kept_ratio *= trial.ratio or 1.0
        tried = plural(len(before.tried), "change")
        self._progress.add_evidence(f"Resumed: {tried} tried before.")

    def _doubt_noise(self) -> None:
        """Say where much of what was measured was disturbed."""
        measured, disturbed = self._pairs.measured, self._pairs.disturbed
        if disturbed > _NOISY * measured:
            self.state.doubts.append(
                f"{disturbed} of {measured} pairs of short trainings were disturbed: something "
                "else uses this machine at times."
            )

    def _search(self) -> None:
        state = self.state
        assert state.now is not None
        assert state.limit is not None
        now, limit, narrow, cuts = state.now, state.limit, state.narrow, 1
        tried, at_ceiling = self._tried, False
        state.offered = candidates(
            now, limit, narrow, state.settings, state.options, state.ram_bytes
        )
        if state.kept:
            now = self._with_kept(now, self._pairs.train(state.current, _SEGMENT_S))
            limit, narrow = limit_of(now)
        while self._compared < _MOST_TRIALS and self._time_for_a_trial():
            offered = candidates(now, limit, narrow, state.current, state.options, state.ram_bytes)
            if state.kept and not self._progress.within(_RETRY_S):
                tried |= self._undecided
            # What promises little is tried only where nothing has helped so far.
            least = LEAST_EXPECTED if state.kept else 0.0
            untried = [
                each
                for each in offered.to_try
                if key_of(each) not in tried
                and each.expected >= least
                and (not at_ceiling or STEPS_PER_EXECUTION in each.changes)
            ]
            if not untried or (
                not state.kept and all(too_little(each.changes, each.expected) for each in untried)
            ):
                return
            kept = self._try(untried[: self._at_once()], tried)
            if kept is None:
                continue
            if STEPS_PER_EXECUTION in state.kept[-1].changes:
                # Keras takes less time for a step then: more is left to gain.
                now = self._look.model_alone(now, state.current)
            model = now.model_examples_per_s
            at_ceiling = bool(model and kept.rate >= _REACHED * model)
            again = cuts < _MOST_CUTS and self._progress.time_left(_SEARCH_SHARE) and not at_ceiling
            cuts += again
            assert kept.segment is not None
            now = self._with_kept(now, kept.segment, cut=again)
            limit, narrow = limit_of(now)
            # As fast as the model alone: all that is left is what Keras takes between steps.
            if limit is Limit.ACCELERATOR or (at_ceiling and limit is not Limit.HOST):
                return
        state.out_of_time = self._compared < _MOST_TRIALS

    def _time_for_a_trial(self) -> bool:
        """Whether the budget allows another: a first one for longer than those after it."""
        share = _SEARCH_SHARE if self._compared else _FIRST_SHARE
        return self._progress.time_left(share)

    def _at_once(self) -> int:
        """How many changes can be compared in three rounds each, as slow as trainings are here."""
        assert self.state.now is not None
        now, whole = self.state.now, self._pairs.train == self._measures.whole_epochs
        each_s = _TRAINING_S + (now.epoch_s or 0.0 if whole else now.first_s)
        left_s = self._progress.left_s(_SEARCH_SHARE)
        return min(max(int(left_s / (3 * each_s)) - 1, _LEAST_AT_ONCE), _AT_ONCE)

    def _with_kept(self, now: Situation, segment: Segment, *, cut: bool = True) -> Situation:
        """The situation under the best settings so far."""
        graph = self._measures.graph(self.state.current)
        now = replace(now, graph=graph, segments=(segment,))
        return self._look.again(now) if cut else now

    def _try(self, offered: Sequence[Candidate], tried: set[_Changes]) -> Compared | None:
        """Compare changes in the same rounds and keep the best; what it came to, if any helps.

        Args:
            offered: The changes.
            tried: Gets those that need not be tried again.
        """
        state = self.state
        self._compared += len(offered)
        self._progress.show_activity(
            f"trying {'; '.join(candidate.title for candidate in offered)}"
        )
        by_title = {candidate.title: candidate for candidate in offered}
        choice = Choice(self._pairs, by_title, self._missing_prefetch(), first=not state.kept)
        compared = self._pairs.compare(
            state.current,
            {title: state.current.with_values(each.changes) for title, each in by_title.items()},
            _MOST_PAIRS,
            _SEGMENT_S,
            choice.settled,
        )
        best = choice.best(compared)
        # Beside another change it may help yet.
        settled = self._pairs.cannot_help if best is None else self._pairs.is_useless
        for title, candidate in by_title.items():
            result, is_best = compared[title], title == best
            helps = result.interval is not None and self._pairs.helps(result.interval)
            key = key_of(candidate)
            alternative = best is not None and set(candidate.changes) <= set(by_title[best].changes)
            useless = result.interval is None or settled(result.interval)
            trial = self._record(
                candidate, result, kept=is_best, note=best if helps and best else ""
            )
            again = key in self._undecided and not helps and not trial.untold
            if is_best or alternative or useless or again:
                tried.add(key)
            self._undecided.add(key)
        if best is None:
            return None
        state.current = state.current.with_values(by_title[best].changes)
        state.kept.append(by_title[best])
        state.limit = limit_by_what_helped(state, by_title[best])
        interval = compared[best].interval
        state.proved = interval if len(state.kept) == 1 else None
        knobs = list(by_title[best].changes)
        # What one knob gave last, and clearly, needs not be measured again.
        clear = interval is not None and (interval.low or 0.0) >= PLAIN and len(knobs) == 1
        self._last = {knobs[0]: interval} if interval is not None and clear else {}
        self._kept_ratio *= (interval and interval.ratio) or 1.0
        state.changes = changed_knobs(state)
        return compared[best]

    def _missing_prefetch(self) -> Mapping[str, Value] | None:
        """The change that is put first; None where loading and training do not take turns."""
        now, limit = self.state.now, self.state.limit
        if now is None or limit is not Limit.NO_OVERLAP:
            return None
        return now.graph.absent.get("prefetch")

    def _record(self, candidate: Candidate, result: Compared, *, kept: bool, note: str) -> Trial:
        """A trial as the answer tells it."""
        interval = result.interval
        # Over another base it was tried before: the last figure counts.
        self.state.trials[:] = [
            each
            for each in self.state.trials
            if each.kept or dict(each.changes) != dict(candidate.changes)
        ]
        kept_bytes = sum(each.memory_bytes for each in self.state.kept)
        trial = Trial(candidate.title, dict(candidate.changes), kept=kept)
        if interval is None:
            trial = replace(trial, note=f"not measured: {result.error}")
        else:
            trial = replace(
                trial,
                ratio=interval.ratio,
                low=interval.low,
                high=interval.high,
                pairs=interval.pairs,
                note="" if kept or not note else f"less than {note}",
                memory_bytes=candidate.memory_bytes,
                total_ratio=(interval.ratio or 0.0) * self._kept_ratio,
                total_bytes=candidate.memory_bytes + kept_bytes,
            )
            words = f"{candidate.title}: {ratio_words(interval)}{', kept' if kept else ''}."
            self._progress.add_evidence(words)
        self.state.trials.append(trial)
        return trial
