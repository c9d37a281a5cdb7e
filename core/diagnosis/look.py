"""What a pipeline is like before anything is changed: where its time goes, and what limits it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.diagnosis.around import largest_outside
from core.diagnosis.finder import Finder
from core.diagnosis.limit_words import limit_words
from core.diagnosis.limits import limit_of
from core.diagnosis.measured_with import Measures
from core.diagnosis.measures.cuts import Cut
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import stage_times
from core.diagnosis.progress import Progress
from core.diagnosis.situation import SMALL_PERCENT, Situation
from core.model.diagnosis import Limit
from core.model.plan import DEVICE
from core.model.quantity import significant
from core.model.settings import Settings
from core.model.tensorflow_kinds import emulated_ms
from core.pipeline.graph.unfilled import never_full
from core.pipeline.stages.fit import batches_per_epoch
from core.text.plural import plural
from core.user_code.script_fit import SCRIPT_CALLBACKS

_AS_IT_IS_S, _ALONE_S, _ALONE = 2.0, 0.6, 2
_MOST_SEGMENTS, _UNLIKE = 4, 0.85
"""Of the pipeline as it is; one that is slower than that share of the fastest was disturbed."""
_EXCEEDED = 1.15
_BELOW, _AGAIN_SHARE = 0.7, 0.3
"""A cut rate below that share of the training's throughput is measured again, until that share of
the budget is used."""
_COUNT_SHARE = 0.05
"""Of the budget, so much is spent on counting what a cache would keep."""
_LONG_FIRST_S = 0.2
"""A first batch after that time makes it worth to know how long an epoch is."""
_KEPT_S = 5.0
"""Before anything else, so much is spent on it at most."""
_VALIDATION_SHARE = 0.05
"""Of the budget, so much is spent on reading validation data."""
_CALLBACK_S = 0.5
"""Each callback is measured for so long."""
_LONGEST_EPOCH_S, _EPOCH_SHARE = 8.0, 1.0 / 15.0
"""An epoch of at most that, and of that share of the budget, is compared as a whole."""


class Look:
    """Measures a pipeline."""

    def __init__(self, measures: Measures, progress: Progress, cores: int, pace: float) -> None:
        """Measure nothing yet.

        Args:
            measures: What is measured with.
            progress: Is told what was measured.
            cores: Cores that the process may use.
            pace: Share of the usual time that each training takes.
        """
        self._measures, self._progress = measures, progress
        self._cores, self._pace = cores, pace

    def carry_out(self) -> None:
        """Measure the pipeline as it is, and say what limits it."""
        state, measures = self._progress.state, self._measures
        self._progress.show_activity("training as it is")
        measures.count_kept(state.settings, min(_COUNT_SHARE * state.options.budget_s, _KEPT_S))
        graph, stages = measures.graph(state.settings), state.settings.chain.stages
        caches = any(stage.warm_up_epochs(state.settings) for stage in stages)
        caches = caches and not never_full(graph)
        segments = self._segments(measures.as_it_is, least=1 if caches else 2)
        steps = measures.steps_per_epoch(state.settings)
        now = state.now = Situation(
            graph,
            self._cores,
            tuple(segments),
            steps_per_epoch=None if steps is None or steps < 0 else steps,
            endless=steps == -1,
            training_steps=_training_steps(state.settings) if steps == -1 else None,
            longest_epoch_s=max(_LONGEST_EPOCH_S, _EPOCH_SHARE * state.options.budget_s),
        )
        self._progress.add_evidence(_words(now, "While the cache fills" if caches else "As it is"))
        if steps is None and now.first_s >= _LONG_FIRST_S and not now.epochs:
            now = state.now = self._count_batches(now)
        self._doubt_emulation(now)
        state.now = self.model_alone(now, state.settings)
        self.cut(state.settings)
        now = state.now
        if caches:
            # What is shortened never comes to the end of an epoch: short ones are trained whole.
            train = measures.whole_epochs if now.epochs else measures.shortened
            segments = self._segments(train, least=2)
            now = state.now = replace(now, segments=tuple(segments))
            self._progress.add_evidence(_words(now, "With the cache full"))
        state.limit, state.narrow = limit_of(now)
        self._validate(now)
        self._time_callbacks(now)
        self._time_loop(now)
        outside = largest_outside(now, state.around)
        words = limit_words(now, state.limit, state.narrow)
        self._progress.add_evidence(
            words if outside is None else f"{outside.words} Within it: {words}"
        )
        if state.options.search and state.limit is not Limit.ACCELERATOR:
            self._count(now, state.limit)

    def _count_batches(self, now: Situation) -> Situation:
        """The situation with the length of an epoch, of which no end was seen.

        Of one that takes longer than what is counted its beginning is too little to matter.
        """
        state, last = self._progress.state, now.graph.last
        if last is None:
            return now
        self._progress.show_activity("counting the batches of an epoch")
        matters_s = now.first_s * 100.0 / SMALL_PERCENT
        seconds = min(_COUNT_SHARE * state.options.budget_s, matters_s)
        number, all_of_them = self._measures.count(state.settings, last.key, seconds)
        return replace(now, steps_per_epoch=number) if all_of_them and number else now

    def model_alone(self, now: Situation, settings: Settings) -> Situation:
        """The situation with what the model alone reaches under some settings."""
        self._progress.show_activity("training the model alone")
        trainings = [
            self._measures.model_alone(settings, self._pace * _ALONE_S) for _ in range(_ALONE)
        ]
        # What disturbs a training makes it slower, never faster.
        alone = max(trainings, key=lambda training: training.examples_per_s)
        self._progress.add_evidence(
            f"The model alone: {significant(alone.examples_per_s)} examples/s."
        )
        return replace(
            now,
            model_examples_per_s=alone.examples_per_s,
            model_cores=alone.cores,
            model_host_s=alone.host_s / alone.steps,
        )

    def _validate(self, now: Situation) -> None:
        """Read the validation data, where there are some."""
        state, settings = self._progress.state, self._progress.state.settings
        longest_s = _VALIDATION_SHARE * state.options.budget_s
        read = self._measures.validation(settings, longest_s)
        if read is not None:
            between_s = _epoch_s(now, settings)
            steps = batches_per_epoch(settings) or now.steps_per_epoch
            read = replace(
                read,
                between_s=between_s and between_s * read.epochs,
                between_batches=steps and steps * read.epochs,
            )
            state.around = replace(state.around, validation=read)
            self._progress.add_evidence(read.words)

    def _time_callbacks(self, now: Situation) -> None:
        """Measure what callbacks take, where some work between batches or epochs."""
        state, settings = self._progress.state, self._progress.state.settings
        times = self._measures.callbacks(settings, self._pace * _CALLBACK_S)
        # Where they take part, what was measured has them in it.
        within_s = (
            sum(each.batch_s for each in times) if settings.get(SCRIPT_CALLBACKS, False) else 0.0
        )
        step_s = max(now.step_s - within_s, 0.0)
        steps = batches_per_epoch(settings) or now.steps_per_epoch
        epoch_s = steps * step_s if steps else now.epoch_s or 0.0
        batches = steps or epoch_s / now.step_s
        times = tuple(
            replace(
                each,
                step_s=step_s,
                batch_s=each.epoch_s / batches if each.epoch_s and batches else each.batch_s,
            )
            for each in times
        )
        state.around = replace(state.around, callbacks=times)
        for each in times:
            beside = f"{significant(1000.0 * step_s)} ms"
            if each.epoch_s:
                beside = f"{significant(epoch_s)} s" if epoch_s else "an epoch of unknown length"
            self._progress.add_evidence(f"{each.words}, beside {beside} of training.")

    def _time_loop(self, now: Situation) -> None:
        """Measure what a loop that calls ``fit`` takes besides, where there is one."""
        state, settings = self._progress.state, self._progress.state.settings
        loop = self._measures.loop(settings)
        if loop is not None:
            epochs, epoch_s = settings["fit.epochs"], _epoch_s(now, settings)
            fit_s = epoch_s * epochs if epoch_s and isinstance(epochs, int) else None
            loop = replace(loop, fit_s=fit_s)
            state.around = replace(state.around, loop=loop)
            self._progress.add_evidence(loop.words)

    def _count(self, now: Situation, limit: Limit) -> None:
        """Count what a cache that promises much would keep, where nothing else tells it."""
        state, measures = self._progress.state, self._measures
        caches = Finder(now, limit, state.narrow, state.settings, state.ram_bytes).caches
        tuple(caches.all())
        elements, at_least = dict(now.elements), dict(now.at_least)
        # Where as many pass further in front, less has to be done to count them.
        firsts = {node.key: now.graph.first_as_many(node.key) for node in caches.uncounted}
        alike = {first.key: first for first in firsts.values()}
        for key, first in alike.items():
            self._progress.show_activity(f"counting the elements of {first.words} in an epoch")
            seconds = _COUNT_SHARE * state.options.budget_s / len(alike)
            number, all_of_them = measures.count(state.settings, key, seconds)
            known = elements if all_of_them else at_least
            known.update({behind: number for behind in firsts if firsts[behind] == first})
            more = "about " if all_of_them else "more than "
            self._progress.add_evidence(
                f"An epoch has {more}{plural(number, 'element')} behind {first.words}."
            )
        state.now = replace(now, elements=elements, at_least=at_least)

    def _segments(
        self, train: Callable[[Settings, float], Segment], *, least: int
    ) -> list[Segment]:
        """Short trainings of the pipeline, until so many were not disturbed."""
        settings, seconds = self._progress.state.settings, self._pace * _AS_IT_IS_S
        segments = [train(settings, seconds) for _ in range(least)]
        while len(segments) < _MOST_SEGMENTS and len(_undisturbed(segments)) < least:
            segments.append(train(settings, seconds))
        return _undisturbed(segments)

    def _doubt_emulation(self, now: Situation) -> None:
        """Say where the model's own step takes longer than the emulated accelerator."""
        emulated = emulated_ms(str(self._progress.state.settings[DEVICE]))
        step_ms = 10.0 * now.percent("device_busy_s") * now.step_s
        if emulated is not None and step_ms > _EXCEEDED * emulated:
            self._progress.state.doubts.append(
                f"The emulated accelerator's {emulated:g} ms are exceeded: a step of the model "
                f"takes {significant(step_ms)} ms here. --stand-in trains a faster model."
            )

    def again(self, now: Situation) -> Situation:
        """The cut rates of the best settings so far."""
        state = self._progress.state
        assert state.now is not None
        # With a batch moved, other elements pass a stage than those that were counted.
        before, graph = state.now.graph, now.graph
        elements = {
            key: number
            for key, number in now.elements.items()
            if key in graph.by_key
            and len(graph.batches_before(graph.by_key[key]))
            == len(before.batches_before(before.by_key[key]))
        }
        first, state.now = state.now, replace(now, elements=elements)
        self.cut(state.current)
        again, state.now = state.now, first
        assert again is not None
        return again

    def cut(self, settings: Settings) -> None:
        """Measure cut rates, and put them into what is known."""
        state = self._progress.state
        assert state.now is not None
        cuts = self._cuts(settings)
        if self._is_disturbed() and self._progress.time_left(_AGAIN_SHARE):
            self._progress.add_evidence(
                "Some cut rates are below the training throughput: measured again."
            )
            again = {cut.node.key: cut for cut in self._cuts(settings)}
            cuts = [max(cut, again.get(cut.node.key, cut), key=_rate) for cut in cuts]
        now = state.now
        elements = {cut.node.key: cut.elements for cut in cuts if cut.elements is not None}
        times = stage_times(now.graph, cuts, now.batch_examples)
        state.now = replace(now, times=times, elements={**now.elements, **elements})
        if times.pipeline_examples_per_s:
            self._progress.add_evidence(
                f"The pipeline alone: {significant(times.pipeline_examples_per_s)} examples/s."
            )

    def _cuts(self, settings: Settings) -> list[Cut]:
        state, cuts = self._progress.state, list[Cut]()
        now = state.now
        assert now is not None
        for cut in self._measures.cuts(settings):
            cuts.append(cut)
            times = stage_times(now.graph, cuts, now.batch_examples)
            state.now = replace(now, times=times)
            self._progress.show_activity(f"cutting the pipeline off behind {cut.node.words}")
        return cuts

    def _is_disturbed(self) -> bool:
        """Whether a part of the pipeline was slower alone than all of it with the model."""
        now = self._progress.state.now
        assert now is not None
        least = _BELOW * now.examples_per_s
        return any(
            rate.examples_per_s is not None and rate.examples_per_s < least
            for rate in now.times.rates
            if rate.stage not in now.times.idle and not rate.inside
        )


def _epoch_s(now: Situation, settings: Settings) -> float | None:
    """Seconds of an epoch of the training, about; None where its length is not known."""
    steps = batches_per_epoch(settings)
    return now.epoch_s if steps is None else steps * now.step_s


def _training_steps(settings: Settings) -> int | None:
    per_epoch, epochs = batches_per_epoch(settings), settings.get("fit.epochs")
    return per_epoch * epochs if per_epoch and isinstance(epochs, int) else None


def _rate(cut: Cut) -> float:
    return cut.rate.elements_per_s or 0.0


def _words(now: Situation, when: str) -> str:
    return (
        f"{when}: {significant(now.examples_per_s)} examples/s; waiting for input "
        f"{now.percent('input_wait_s'):.0f} % of the time, host {now.percent('host_s'):.0f} %, "
        f"between epochs {now.percent('turnaround_s'):.0f} %."
    )


def _undisturbed(segments: list[Segment]) -> list[Segment]:
    """Those that are about as fast as the fastest; all where that is but one of many."""
    best = max(segment.examples_per_s for segment in segments)
    sound = [segment for segment in segments if segment.examples_per_s >= _UNLIKE * best]
    return sound if len(sound) > 1 or len(segments) < _MOST_SEGMENTS else segments
