"""One diagnosis from plan to last word: load, make data, measure, search."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from core.diagnosis.bench import Bench
from core.diagnosis.cuts import Cut, Cuts
from core.diagnosis.search import Search
from core.faults import FailureContext, explain, explained
from core.lazy import keras, tf
from core.machine_memory import available_bytes
from core.measure.devices import tensorflow_device
from core.measure.environment import environment, usable_cores
from core.measure.gradients import forgotten_gradients
from core.measure.run_environment import RunEnvironment
from core.measure.scratch import Scratch
from core.model.diagnosis import DiagnosisOptions
from core.model.errors import Cancelled
from core.model.events import (
    AnswerFound,
    EnvironmentSeen,
    Event,
    Phase,
    PhaseStarted,
    Progressed,
    RunEnded,
)
from core.model.plan import RunPlan
from core.model.run import Failure, RunState
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.fit import batches_per_epoch, precision
from core.pipeline.graph import PipelineGraph
from core.pipeline.process import check_engine
from core.pipeline.written_graph import graph_of
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
    attempt = _Attempt(plan, emit, cancelled, run_environment or RunEnvironment(), began_s)
    state, failure = RunState.STOPPED, None
    try:
        attempt.run()
        state = RunState.STOPPED if cancelled() else RunState.DONE
    except Cancelled:
        pass
    except Exception as error:
        state, failure = RunState.FAILED, Failure.of(explain(error, attempt.context))
    finally:
        if attempt.scratch is not None:
            attempt.scratch.remove()
        emit(RunEnded(state, failure))


class _Attempt:
    """One diagnosis while it is carried out."""

    def __init__(
        self,
        plan: RunPlan,
        emit: Callable[[Event], None],
        cancelled: Callable[[], bool],
        run_environment: RunEnvironment,
        began_s: float | None,
    ) -> None:
        self._plan, self._emit, self._cancelled = plan, emit, cancelled
        self._run_environment = run_environment
        self._began_s = time.perf_counter() if began_s is None else began_s
        self.context = FailureContext()
        self.scratch: Scratch | None = None

    def run(self) -> None:
        """Everything up to the answer."""
        plan, context = self._plan, self.context
        check_engine(plan.settings, self._run_environment.engine)
        chosen = self._run_environment.find(plan)
        settings = plan.settings.under(chosen.chain)
        folder = Path(plan.data_folder)
        context.workload, context.settings, context.data_folder = chosen, settings, folder
        chosen.check(chosen.source_data(folder, settings, folder), settings)
        if self._run_environment.says_loading:
            self._begin(Phase.LOADING_TENSORFLOW)
        self._run_environment.load(plan)
        self._emit(EnvironmentSeen(environment(self._run_environment.engine)))
        warnings.filterwarnings("ignore", "Your input ran out of data", UserWarning)
        device = tensorflow_device(plan.device)
        self.scratch = Scratch(folder)
        context.scratch = self.scratch.path
        data = chosen.source_data(folder, settings, self.scratch.path)
        self._begin(Phase.MAKING_DATA)
        chosen.prepare(data, settings, self._report)
        self._begin(Phase.DIAGNOSING)
        keras.backend.clear_session()
        keras.utils.set_random_seed(settings["fit.seed"])
        with (
            forgotten_gradients(all_kept=chosen.code is not None),
            chosen.running(),
            explained(context),
            tf.device(device),
            precision(settings),
        ):
            self._search(chosen, settings, data)

    def _search(self, chosen: Workload, settings: Settings, data: SourceData) -> None:
        options = self._plan.diagnosis or DiagnosisOptions()
        bench = PipelineBench(chosen, data, self._plan.device, self._cancelled)
        ram = options.ram_bytes
        search = Search(
            bench,
            settings,
            options,
            cores=len(usable_cores()),
            ram_bytes=available_bytes() / 2 if ram is None else ram,
            tell=lambda answer: self._emit(AnswerFound(answer)),
        )
        try:
            search.carry_out()
        finally:
            bench.close()

    def _report(self, fraction: float, text: str) -> None:
        if self._cancelled():
            raise Cancelled
        self._emit(Progressed(fraction, text))

    def _begin(self, phase: Phase) -> None:
        if self._cancelled():
            raise Cancelled
        self._emit(PhaseStarted(phase, time.perf_counter() - self._began_s))


_AGAIN = 0.5
"""The pace of cut rates that are measured again, of a pipeline that was found meanwhile."""


class PipelineBench(Bench):
    """What is measured with, cut rates among it.

    Attributes:
        pace: Share of the usual time that each cut rate takes.
    """

    _fill_s = 0.0
    pace = 1.0

    def cuts(self, settings: Settings) -> Iterator[Cut]:
        """See ``core.diagnosis.search.Measures``."""
        cuts = Cuts(
            self._workload,
            settings,
            self._data,
            self.graph(settings),
            self._cancelled,
            self.pace,
        )
        yield from cuts.measure()
        if self._cancelled():
            raise Cancelled
        self.shortening = self.shortening.with_more(cuts.shortening)
        self._fill_s, self.pace = cuts.fill_s, min(self.pace, _AGAIN)

    def fill_s(self) -> float:
        """See ``core.diagnosis.search.Measures``."""
        return self._fill_s

    def graph(self, settings: Settings) -> PipelineGraph:
        """See ``core.diagnosis.search.Measures``."""
        return graph_of(
            settings,
            examples=self._workload.count(settings, self._data),
            example_bytes=self._workload.example_bytes(settings),
        )

    def steps_per_epoch(self, settings: Settings) -> int | None:
        """See ``core.diagnosis.search.Measures``."""
        if batches_per_epoch(settings) is not None:
            return -1
        counted = int(self._dataset(settings, whole=True).cardinality())
        return counted if counted >= 0 else None
