"""The search: what limits, try what may help, keep what does, drop what is not needed, prove it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from core.diagnosis.answer import answer_of
from core.diagnosis.candidate import Candidate
from core.diagnosis.candidates import candidates
from core.diagnosis.changed_knobs import changed_knobs
from core.diagnosis.cuts import Cut
from core.diagnosis.pairs import Compared, Pairs, ratio_words
from core.diagnosis.segment import Segment
from core.diagnosis.situation import Situation, limit_of, limit_words
from core.diagnosis.stage_times import stage_times
from core.diagnosis.state import State
from core.model.diagnosis import (
    Answer,
    DiagnosisOptions,
    Evidence,
    Limit,
    Trial,
)
from core.model.errors import Cancelled
from core.model.kinds import emulated_ms
from core.model.plan import DEVICE
from core.model.quantity import significant
from core.model.settings import Settings
from core.pipeline.graph import PipelineGraph
from core.statistics import RatioInterval

_AS_IT_IS_S, _SEGMENT_S, _FINAL_S = 2.0, 0.7, 1.2
_MOST_PAIRS, _FINAL_PAIRS = 4, 6
_MOST_SEGMENTS, _UNLIKE = 4, 0.85
"""Of the pipeline as it is; one that is slower than that share of the fastest was disturbed."""
_SEARCH_SHARE, _LEAVE_OUT_SHARE = 0.6, 0.8
"""Of the budget, until which is searched, and until which changes are left out again."""
_REACHED, _EXCEEDED = 0.97, 1.15
_MOST_TRIALS, _MOST_CUTS = 16, 2
_NOISY = 0.1
_AT_ONCE, _AS_GOOD = 6, 1.03
"""Changes that are compared in the same rounds; what is within that of the best is as good."""
_FULLER, _NEEDED = "all changes", "those that are needed"

_Changes = tuple[tuple[str, object], ...]


class Measures(Protocol):
    """What the search measures with; see ``core.diagnosis.bench``."""

    def as_it_is(self, settings: Settings, seconds: float) -> Segment:
        """A short training with all of its buffers."""

    def shortened(self, settings: Settings, seconds: float) -> Segment:
        """A short training with smaller buffers and caches."""

    def model_alone(self, settings: Settings, seconds: float) -> Segment:
        """A short training on one batch."""

    def cuts(self, settings: Settings) -> Iterator[Cut]:
        """The cut rates of a pipeline."""

    def graph(self, settings: Settings) -> PipelineGraph:
        """A pipeline under some settings."""

    def steps_per_epoch(self, settings: Settings) -> int | None:
        """Batches of an epoch; None where that is not known, -1 where one iterator serves all."""

    def fill_s(self) -> float:
        """Seconds that shuffle buffers take to fill."""


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
        """
        self._pace = pace
        self._pairs = Pairs(
            measures.shortened, options, pace, lambda: self._time_left(0.95), self._told
        )
        self._measures, self._cores = measures, cores
        self._tell, self._clock = tell, clock
        self._began_s = clock()
        self._undecided: set[_Changes] = set()
        self._contributions: dict[str, RatioInterval] = {}
        self.state = State(settings, settings, options, ram_bytes, emulated=settings.emulations())

    def carry_out(self) -> Answer:
        """Search until it is found, the budget is used or a Stop; the best that is known then."""
        try:
            self._look()
            if self.state.limit is not Limit.ACCELERATOR:
                self._search()
                fuller = self.state.current
                self._leave_out()
                self._prove(fuller)
        except Cancelled:
            self._say("Stopped: this is what was known by then.")
        self._doubt_noise()
        self.state.finished, self.state.at = True, ""
        return self._told()

    # -- what it is like -----------------------------------------------------------------------

    def _look(self) -> None:
        state, measures = self.state, self._measures
        self._at("training as it is")
        segments = [measures.as_it_is(state.settings, self._pace * _AS_IT_IS_S) for _ in range(2)]
        while len(segments) < _MOST_SEGMENTS and len(_undisturbed(segments)) < 2:
            segments.append(measures.as_it_is(state.settings, self._pace * _AS_IT_IS_S))
        segments = _undisturbed(segments)
        steps = measures.steps_per_epoch(state.settings)
        now = state.now = Situation(
            measures.graph(state.settings),
            self._cores,
            tuple(segments),
            steps_per_epoch=None if steps is None or steps < 0 else steps,
            endless=steps == -1,
        )
        self._pairs.step_s = now.batch_examples / now.examples_per_s
        self._say(
            f"As it is: {significant(now.examples_per_s)} examples/s; waiting for input "
            f"{now.percent('input_wait_s'):.0f} % of the time, host {now.percent('host_s'):.0f} %, "
            f"between epochs {now.percent('turnaround_s'):.0f} %."
        )
        self._doubt_emulation(now)
        self._at("training the model alone")
        alone = measures.model_alone(state.settings, self._pace)
        state.now = replace(now, model_examples_per_s=alone.examples_per_s, model_cores=alone.cores)
        self._say(f"The model alone: {significant(alone.examples_per_s)} examples/s.")
        self._cut(state.settings)
        now = state.now
        state.limit, state.narrow = limit_of(now)
        self._say(limit_words(now, state.limit, state.narrow))

    def _doubt_emulation(self, now: Situation) -> None:
        """Say where the model's own step takes longer than the emulated accelerator."""
        emulated = emulated_ms(str(self.state.settings[DEVICE]))
        step_ms = 10.0 * now.percent("device_busy_s") * self._pairs.step_s
        if emulated is not None and step_ms > _EXCEEDED * emulated:
            self.state.doubts.append(
                f"The emulated accelerator's {emulated:g} ms are exceeded: a step of the model "
                f"takes {significant(step_ms)} ms here. --stand-in trains a model that does not."
            )

    def _doubt_noise(self) -> None:
        """Say where much of what was measured was disturbed."""
        measured, disturbed = self._pairs.measured, self._pairs.disturbed
        if disturbed > _NOISY * measured:
            self.state.doubts.append(
                f"{disturbed} of {measured} pairs of short trainings were disturbed: something "
                "else uses this machine at times."
            )

    def _cut(self, settings: Settings) -> None:
        """Measure cut rates, and put them into what is known."""
        state, cuts = self.state, []
        now = state.now
        assert now is not None
        for cut in self._measures.cuts(settings):
            cuts.append(cut)
            times = stage_times(now.graph, cuts, now.batch_examples)
            state.now = replace(now, times=times)
            self._at(f"cutting the pipeline off behind {cut.node.words}")
        elements = {cut.node.key: cut.elements for cut in cuts if cut.elements is not None}
        times = stage_times(now.graph, cuts, now.batch_examples)
        state.now = replace(now, times=times, elements=elements, fill_s=self._measures.fill_s())
        if times.pipeline_examples_per_s:
            self._say(
                f"The pipeline alone: {significant(times.pipeline_examples_per_s)} examples/s."
            )

    # -- trying --------------------------------------------------------------------------------

    def _search(self) -> None:
        state = self.state
        assert state.now is not None
        assert state.limit is not None
        now, limit, narrow, cuts = state.now, state.limit, state.narrow, 1
        tried: set[_Changes] = set()
        while len(state.trials) < _MOST_TRIALS and self._time_left(_SEARCH_SHARE):
            offered = candidates(now, limit, narrow, state.current, state.options, state.ram_bytes)
            if now is state.now:
                state.offered = offered
            untried = [each for each in offered.to_try if _key(each) not in tried]
            if not untried:
                return
            kept = self._try(untried[:_AT_ONCE], tried)
            if kept is None:
                continue
            model = now.model_examples_per_s
            if model and kept.examples_per_s >= _REACHED * model:
                return
            now = replace(now, graph=self._measures.graph(state.current), segments=(kept,))
            if cuts < _MOST_CUTS and self._time_left(_SEARCH_SHARE):
                cuts += 1
                now = self._again(now)
            limit, narrow = limit_of(now)
            if limit is Limit.ACCELERATOR:
                return

    def _again(self, now: Situation) -> Situation:
        """The cut rates of what was found so far."""
        first, self.state.now = self.state.now, now
        self._cut(self.state.current)
        again, self.state.now = self.state.now, first
        assert again is not None
        return again

    def _try(self, offered: Sequence[Candidate], tried: set[_Changes]) -> Segment | None:
        """Compare changes in the same rounds and keep the best; its last training, if any helps.

        Args:
            offered: The changes.
            tried: Gets those that need not be tried again.
        """
        state = self.state
        self._at(f"trying {'; '.join(candidate.title for candidate in offered)}")
        by_title = {candidate.title: candidate for candidate in offered}
        compared = self._pairs.compare(
            state.current,
            {title: state.current.with_values(each.changes) for title, each in by_title.items()},
            _MOST_PAIRS,
            _SEGMENT_S,
            self._pairs.outdone,
        )
        best = self._best(compared, by_title)
        for title, candidate in by_title.items():
            result, is_best = compared[title], title == best
            helps = result.interval is not None and self._pairs.helps(result.interval)
            key = _key(candidate)
            alternative = best is not None and set(candidate.changes) <= set(by_title[best].changes)
            useless = result.interval is None or self._pairs.is_useless(result.interval)
            if is_best or alternative or useless or (key in self._undecided and not helps):
                tried.add(key)
            self._undecided.add(key)
            self._record(candidate, result, kept=is_best, note=best if helps and best else "")
        if best is None:
            return None
        state.current = state.current.with_values(by_title[best].changes)
        state.kept.append(by_title[best])
        state.changes = changed_knobs(state)
        return compared[best].segment

    def _best(
        self, compared: Mapping[str, Compared], by_title: Mapping[str, Candidate]
    ) -> str | None:
        """The change that gains most; among equals, the one that takes the least memory."""
        ratios = {
            title: result.interval.ratio or 0.0
            for title, result in compared.items()
            if result.interval is not None and self._pairs.helps(result.interval)
        }
        most = max(ratios.values(), default=0.0)
        equals = [title for title, ratio in ratios.items() if ratio * _AS_GOOD >= most]
        return min(
            equals, key=lambda title: (by_title[title].memory_bytes, -ratios[title]), default=None
        )

    def _record(self, candidate: Candidate, result: Compared, *, kept: bool, note: str) -> None:
        """A trial as the answer tells it."""
        interval = result.interval
        trial = Trial(candidate.title, dict(candidate.changes), kept=kept)
        if interval is None:
            self.state.trials.append(replace(trial, note=f"not measured: {result.error}"))
            return
        self.state.trials.append(
            replace(
                trial,
                ratio=interval.ratio,
                low=interval.low,
                high=interval.high,
                pairs=interval.pairs,
                note="" if kept or not note else f"less than {note}",
                memory_bytes=candidate.memory_bytes,
            )
        )
        self._say(f"{candidate.title}: {ratio_words(interval)}{', kept' if kept else ''}.")

    # -- what is needed of it ------------------------------------------------------------------

    def _leave_out(self) -> None:
        """Leave out each change once; what is not missed goes, the least missed first."""
        state = self.state
        in_doubt = list(state.current.differing(state.settings))
        while in_doubt and len(state.current.differing(state.settings)) > 1:
            if not self._time_left(_LEAVE_OUT_SHARE):
                break
            self._at(f"leaving out {', '.join(in_doubt)}")
            compared = self._pairs.compare(
                state.current,
                {
                    knob: state.current.with_values({knob: state.settings[knob]})
                    for knob in in_doubt
                },
                _MOST_PAIRS,
                _SEGMENT_S,
                self._pairs.told,
            )
            # Without what cannot be left out, the others do not work.
            without = {
                knob: result.interval
                for knob, result in compared.items()
                if result.interval is not None
            }
            self._contributions |= {knob: interval.inverse() for knob, interval in without.items()}
            in_doubt = [knob for knob in without if not self._pairs.is_missed(without[knob])]
            gone = max(in_doubt, key=lambda knob: without[knob].ratio or 0.0, default="")
            for knob, interval in without.items():
                left_out = ", left out" if knob == gone else ""
                self._say(f"Without {knob}: {ratio_words(interval)}{left_out}.")
            if gone:
                state.current = state.current.with_values({gone: state.settings[gone]})
                in_doubt.remove(gone)
        state.changes = changed_knobs(state, self._contributions)

    def _prove(self, fuller: Settings) -> None:
        """All changes together against the pipeline as it is.

        Args:
            fuller: With those that were left out. A machine that is slower for a while can make
                a change look needless, so the two are compared once more.
        """
        state = self.state
        if fuller == state.settings:
            return
        self._at("comparing the whole with the pipeline as it is")
        sets = {_FULLER: fuller, _NEEDED: state.current}
        if state.current in (fuller, state.settings):
            del sets[_NEEDED]
        compared = self._pairs.compare(state.settings, sets, _FINAL_PAIRS, _FINAL_S)
        proved = {name: each.interval for name, each in compared.items() if each.interval}
        ratios = {name: interval.ratio or 0.0 for name, interval in proved.items()}
        enough = _NEEDED in ratios and ratios[_NEEDED] * _AS_GOOD >= ratios.get(_FULLER, 0.0)
        name = _NEEDED if enough else _FULLER
        interval = proved.get(name)
        if interval is None or not self._pairs.helps(interval):
            gain = "not measured" if interval is None else ratio_words(interval)
            self._say(f"All changes together: {gain}: too little to recommend them.")
            state.current, state.changes, state.gain = state.settings, [], None
            return
        if sets[name] != state.current:
            self._say("What was left out was needed after all.")
            state.current = fuller
            state.changes = changed_knobs(state, self._contributions)
        state.gain = interval
        if len(state.changes) == 1:
            state.changes = [
                replace(
                    state.changes[0],
                    contribution=interval.ratio,
                    low=interval.low,
                    high=interval.high,
                )
            ]
        self._say(f"All changes together: {ratio_words(interval)}, {interval.pairs} pairs.")

    # -- telling -------------------------------------------------------------------------------

    @property
    def _elapsed_s(self) -> float:
        return self._clock() - self._began_s

    def _time_left(self, share: float) -> bool:
        return self._elapsed_s < share * self.state.options.budget_s

    def _at(self, text: str) -> None:
        self.state.at = text
        self._told()

    def _say(self, text: str) -> None:
        self.state.evidence.append(Evidence(self._elapsed_s, text))
        self._told()

    def _told(self) -> Answer:
        self.state.wall_s = self._elapsed_s
        answer = answer_of(self.state)
        self._tell(answer)
        return answer


def _undisturbed(segments: list[Segment]) -> list[Segment]:
    """Those that are about as fast as the fastest; all where that is but one of many."""
    best = max(segment.examples_per_s for segment in segments)
    sound = [segment for segment in segments if segment.examples_per_s >= _UNLIKE * best]
    return sound if len(sound) > 1 or len(segments) < _MOST_SEGMENTS else segments


def _key(candidate: Candidate) -> _Changes:
    return tuple(sorted(candidate.changes.items(), key=str))
