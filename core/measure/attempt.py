"""What every plan that is carried out begins with: the workload, TensorFlow, a folder, the data."""

from __future__ import annotations

import os
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, NoReturn

from core.faults import FailureContext, explained
from core.lazy import keras, tf
from core.measure.devices import tensorflow_device
from core.measure.environment import environment
from core.measure.gradients import forgotten_gradients
from core.measure.run_environment import RunEnvironment
from core.measure.run_service import RunService
from core.measure.scratch import Scratch
from core.measure.workers_read import started_pids
from core.model.errors import Cancelled, ExplorerError
from core.model.events import (
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
from core.pipeline.service_check import check_service
from core.pipeline.stages.fit import precision
from core.pipeline.stages.process import check_engine
from core.pipeline.stages.service import shares_out
from core.pipeline.workers.py_dataset_workers import worker_pids
from core.process_pool.pools import Pools
from core.workloads.workload import Workload


class Attempt(ABC):
    """A plan while it is carried out.

    Class attributes:
        after_data: The phase that begins once the data are there.

    Attributes:
        context: What is known of it where an error has to be explained.
        pools: Worker processes of its pipelines; none is left at its end.
    """

    after_data: ClassVar[Phase] = Phase.BUILDING

    def __init__(
        self,
        plan: RunPlan,
        emit: Callable[[Event], None],
        cancelled: Callable[[], bool],
        run_environment: RunEnvironment | None,
        began_s: float | None,
    ) -> None:
        """Begin nothing yet.

        Args:
            plan: What is wanted.
            emit: Takes the events.
            cancelled: Asked often.
            run_environment: How this process finds the workload; None for this program.
            began_s: When it was started, by ``time.perf_counter``; None for now.
        """
        self._plan, self._emit = plan, emit
        self._run_environment = run_environment or RunEnvironment()
        self._service = RunService(
            lambda: self._begin(Phase.STARTING_SERVICE),
            cancelled,
            shared=lambda: self.context.settings is None or shares_out(self.context.settings),
            abandon=self._abandon if self._run_environment.ends_with_run else None,
        )
        # Where its service is gone, a run ends as on a Stop.
        self._cancelled: Callable[[], bool] = lambda: (
            self._service.failure is not None or cancelled()
        )
        self._began_s = time.perf_counter() if began_s is None else began_s
        self._scratch: Scratch | None = None
        self.pools = Pools(int(plan.settings.get("fit.seed", 0)))
        self.context = FailureContext()

    @abstractmethod
    def carry_out(self, workload: Workload, settings: Settings, data: SourceData) -> None:
        """What is done once the data are there, where relative paths of the code hold."""

    def finish(self, state: RunState, failure: Failure | None) -> None:
        """Tidy up and say the last word."""
        self.remove_scratch()
        self._emit(RunEnded(state, failure))

    def worker_pids(self) -> tuple[int, ...]:
        """Process ids of what works for the pipeline beside this process."""
        own = (*self.pools.pids(), *self._service.pids, *worker_pids())
        # What multiprocessing has started may be among them.
        return tuple(dict.fromkeys((*own, *started_pids())))

    def _abandon(self, error: ExplorerError) -> NoReturn:
        """The last word of a run that hangs in TensorFlow, and with it the end of this process."""
        try:
            self.finish(RunState.FAILED, Failure.of(error))
        finally:
            os._exit(1)

    def run(self) -> None:
        """Everything up to the last word.

        Raises:
            Cancelled: It was asked for.
            Exception: Whatever went wrong.
        """
        plan, context = self._plan, self.context
        check_engine(plan.settings, self._run_environment.engine)
        workload = self._run_environment.find(plan)
        settings = plan.settings.under(workload.chain)
        check_service(settings)
        folder = Path(plan.data_folder)
        context.workload, context.settings, context.data_folder = workload, settings, folder
        workload.check(workload.source_data(folder, settings, folder), settings)
        self._load_tensorflow()
        device = tensorflow_device(plan.device)
        self._scratch = Scratch(folder)
        context.scratch = self._scratch.path
        data = replace(
            workload.source_data(folder, settings, self._scratch.path), serve=self._service.serve
        )

        self._begin(Phase.MAKING_DATA)
        workload.prepare(data, settings, self._report)

        self._begin(self.after_data)
        keras.backend.clear_session()
        keras.utils.set_random_seed(settings["fit.seed"])
        # Of someone's own code nobody knows what it keeps.
        forgets = forgotten_gradients(all_kept=workload.code is not None)
        # Errors are explained where relative paths of the code hold.
        with (
            self._service,
            forgets,
            self.pools,
            workload.running(),
            explained(context),
            tf.device(device),
            precision(settings),
        ):
            self.carry_out(workload, settings, data)

    def remove_scratch(self) -> None:
        """Remove what the pipeline wrote meanwhile."""
        if self._scratch is not None:
            self._scratch.remove()

    def _load_tensorflow(self) -> None:
        if self._run_environment.says_loading:
            self._begin(Phase.LOADING_TENSORFLOW)
        self._run_environment.load(self._plan)
        self._emit(
            EnvironmentSeen(environment(self._run_environment.engine, self._plan.interpreter))
        )
        # Every epoch of a dataset whose length TensorFlow does not know ends with this warning.
        warnings.filterwarnings("ignore", "Your input ran out of data", UserWarning)

    def _report(self, fraction: float, text: str) -> None:
        self._check()
        self._emit(Progressed(fraction, text))

    def _begin(self, phase: Phase) -> None:
        self._check()
        self._emit(PhaseStarted(phase, time.perf_counter() - self._began_s))

    def _check(self) -> None:
        if self._cancelled():
            raise Cancelled
