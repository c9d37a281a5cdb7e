"""One diagnosis from plan to last word: load, make data, measure, search."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.diagnosis.around import LoopTime, Validation
from core.diagnosis.callbacks import CallbackTime, timed
from core.diagnosis.measures.bench import Bench
from core.diagnosis.measures.cores import CpuClock
from core.diagnosis.measures.cuts import Cut, Cuts, elements_of_all
from core.diagnosis.measures.drain import drain
from core.diagnosis.measures.shortened import Shortening
from core.diagnosis.search import Search
from core.faults import explain
from core.lazy import keras
from core.machine_memory import available_bytes
from core.measure.attempt import Attempt
from core.measure.environment import usable_cores
from core.measure.run_environment import RunEnvironment
from core.model.diagnosis import DiagnosisOptions
from core.model.errors import Cancelled
from core.model.events import (
    AnswerFound,
    Event,
    Phase,
    RunEnded,
)
from core.model.plan import RunPlan
from core.model.run import Failure, RunState
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.graph.graph import PipelineGraph
from core.pipeline.graph.unfilled import unfilled
from core.pipeline.graph.written_graph import graph_of
from core.pipeline.stages.fit import batches_per_epoch
from core.pipeline.workers.py_dataset import stop_workers
from core.workloads.workload import Workload


def diagnose(
    plan: RunPlan,
    emit: Callable[[Event], None],
    cancelled: Callable[[], bool],
    *,
    run_environment: RunEnvironment | None = None,
    began_s: float | None = None,
) -> None:
    """Carry out a diagnosis; say everything through ``emit`` and raise nothing but interrupts.

    Args:
        plan: What to diagnose.
        emit: Takes the events, in order; exactly one ``RunEnded``, the last of them.
        cancelled: Asked often; once it says True the diagnosis ends with what it knows.
        run_environment: How this process finds the workload and loads TensorFlow; None for this
            program.
        began_s: When it was started, by ``time.perf_counter``; None for now.
    """
    attempt = _DiagnosisAttempt(plan, emit, cancelled, run_environment, began_s)
    state, failure = RunState.STOPPED, None
    try:
        attempt.run()
        state = RunState.STOPPED if cancelled() else RunState.DONE
    except Cancelled:
        pass
    except Exception as error:
        state, failure = RunState.FAILED, Failure.of(explain(error, attempt.context))
    finally:
        try:
            attempt.remove_scratch()
        finally:
            emit(RunEnded(state, failure))


class _DiagnosisAttempt(Attempt):
    """One diagnosis while it is carried out."""

    after_data = Phase.DIAGNOSING

    def carry_out(self, workload: Workload, settings: Settings, data: SourceData) -> None:
        """Measure and search."""
        options = self._plan.diagnosis or DiagnosisOptions()
        bench = PipelineBench(
            workload,
            data,
            self._plan.device,
            self._cancelled,
            CpuClock(self.worker_pids),
            self._service.arrived,
        )
        ram = options.ram_bytes
        search = Search(
            bench,
            settings,
            options,
            cores=len(usable_cores()),
            ram_bytes=available_bytes() / 2 if ram is None else ram,
            tell=lambda answer: self._emit(AnswerFound(answer)),
            resumed=self._plan.resumed,
        )
        search.state.code = workload.code
        try:
            search.carry_out()
        finally:
            bench.close()


_EVALUATED, _EVALUATED_S = 100, 1.0
"""Batches of validation that the model evaluates, and seconds for it, at most."""
_AGAIN = 0.5
"""The pace of cut rates that are measured again, of a pipeline that was found meanwhile."""


class PipelineBench(Bench):
    """What is measured with, cut rates among it.

    Attributes:
        pace: Share of the usual time that each cut rate takes.
    """

    pace = 1.0

    def cuts(self, settings: Settings) -> Iterator[Cut]:
        """See ``core.diagnosis.measured_with.Measures``."""
        cuts = Cuts(
            self._workload,
            settings,
            self._data,
            self.graph(settings),
            self._cancelled,
            self.pace,
            self._cpu_clock,
        )
        for cut in cuts.measure():
            self._arrived()
            yield cut
        if self._cancelled():
            raise Cancelled
        self.shortening = self.shortening.with_more(cuts.shortening)
        self.pace = min(self.pace, _AGAIN)

    def count(self, settings: Settings, stage: str, seconds: float) -> tuple[int, bool]:
        """See ``core.diagnosis.measured_with.Measures``."""
        graph = self.graph(settings)
        node = graph.by_key[stage]
        files = graph.by_key[node.inputs[0]].elements if node.inputs else None
        with Shortening().building(Path(self._data.scratch)):
            dataset = self._workload.pieces(settings, self._data).get(stage)
        if dataset is None:
            # A PyDataset, for example, is no piece of a pipeline.
            return 0, False
        drained = drain(dataset, 0.0, self._cancelled, passes=1, longest_s=seconds)
        if self._cancelled():
            raise Cancelled
        number = elements_of_all(node, files, drained)
        return number or sum(each.all_elements for each in drained.passes), number is not None

    def validation(self, settings: Settings, seconds: float) -> Validation | None:
        """See ``core.diagnosis.measured_with.Measures``."""
        data = self._workload.validation_data(settings, self._data)
        if data is None:
            return None
        # The first pass fills caches, and TensorFlow sets up more for it.
        drained = drain(data.dataset, 0.0, self._cancelled, passes=2, longest_s=seconds)
        if self._cancelled():
            raise Cancelled
        passes = [each for each in drained.passes if each.complete] or list(drained.passes)
        if not passes or (data.cached and len(passes) < 2):
            return None
        last = passes[-1]
        return Validation(
            data.site,
            last.first_s + last.seconds,
            last.complete,
            last.all_elements,
            last.all_elements * drained.element_bytes,
            data.cached,
            data.epochs,
            batch_s=self._evaluates(settings, data.dataset) if last.all_elements > 2 else 0.0,
        )

    def _evaluates(self, settings: Settings, dataset: Any) -> float:
        """Seconds from one evaluated batch to the next."""
        model, _, _ = self._model(settings, self._dataset(settings, whole=True))
        ended_s: list[float] = []

        class Clock(keras.callbacks.Callback):
            def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
                ended_s.append(time.perf_counter())
                self.model.stop_evaluating = ended_s[-1] - ended_s[0] > _EVALUATED_S

        try:
            model.evaluate(dataset.take(_EVALUATED), verbose=0, callbacks=[Clock()])
        except Exception:
            # A model that stands in for theirs, for example, was made for other data.
            return 0.0
        finally:
            stop_workers(dataset)
        gaps = sorted(after - before for before, after in itertools.pairwise(ended_s))
        return gaps[len(gaps) // 2] if gaps else 0.0

    def callbacks(self, settings: Settings, seconds: float) -> tuple[CallbackTime, ...]:
        """See ``core.diagnosis.measured_with.Measures``."""
        model, _, _ = self._model(settings, self._dataset(settings, whole=True))
        works = tuple(self._workload.batch_work(settings, self._data, model))
        if not works:
            return ()
        weights = model.get_weights()
        steps = batches_per_epoch(settings) or max(self.steps_per_epoch(settings) or 0, 0)
        epochs = settings["fit.epochs"]
        batches = steps * epochs if isinstance(epochs, int) else 0
        times = (timed(work, seconds, self._cancelled, batches) for work in works)
        found = tuple(each for each in times if each is not None)
        model.set_weights(weights)
        return found

    def loop(self, settings: Settings) -> LoopTime | None:
        """See ``core.diagnosis.measured_with.Measures``."""
        found = self._workload.loop(settings, self._data)
        return None if found is None else LoopTime(*found)

    def graph(self, settings: Settings) -> PipelineGraph:
        """See ``core.diagnosis.measured_with.Measures``."""
        graph = graph_of(
            settings,
            examples=self._workload.count(settings, self._data),
            example_bytes=self._workload.example_bytes(settings),
        )
        nodes = (
            node if node.elements is not None else replace(node, elements=self._kept.get(node.key))
            for node in graph.all
        )
        return replace(graph, all=tuple(nodes))

    def count_kept(self, settings: Settings, seconds: float) -> None:
        """See ``core.diagnosis.measured_with.Measures``."""
        graph = self.graph(settings)
        for each in unfilled(graph):
            drawn = each.drawn(graph)
            if not each.sure and drawn is not None and each.cache.inputs:
                number, whole = self.count(settings, each.cache.inputs[0], seconds)
                if whole or number > drawn:
                    self._kept[each.cache.key] = number

    def steps_per_epoch(self, settings: Settings) -> int | None:
        """See ``core.diagnosis.measured_with.Measures``."""
        if batches_per_epoch(settings) is not None:
            return -1
        counted = int(self._dataset(settings, whole=True).cardinality())
        return counted if counted >= 0 else None
