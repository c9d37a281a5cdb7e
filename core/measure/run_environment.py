"""What a run stands on: how its process finds the workload, and loads TensorFlow."""

from __future__ import annotations

from queue import SimpleQueue

from core.measure.loading import load_tensorflow
from core.model.plan import WINDOW, RunPlan
from core.model.tracing import TraceOptions
from core.user_code.known_workloads import Workloads
from core.workloads.workload import Workload


class RunEnvironment:
    """This program, which stays after the run.

    Attributes:
        engine: Which engine's process this is, whatever a plan asks for: one of
            ``core.model.plan.ENGINES``.
        workloads: What a plan can name.
        says_loading: Whether ``fit`` says that TensorFlow is loaded; not where somebody said so
            already.
        ends_with_run: The process ends with the run, and may be ended for it.
        trace_orders: While a run goes on: its next steps are to be traced.
    """

    engine = WINDOW
    says_loading = True
    ends_with_run = False

    def __init__(
        self,
        workloads: Workloads | None = None,
        trace_orders: SimpleQueue[TraceOptions] | None = None,
    ) -> None:
        """Run what this program knows.

        Args:
            workloads: What plans can name; None for the built-in ones.
            trace_orders: Where orders to trace come in; None where none can.
        """
        self.workloads = workloads or Workloads()
        self.trace_orders = trace_orders or SimpleQueue()

    def find(self, plan: RunPlan) -> Workload:
        """The workload of a plan.

        Raises:
            ExplorerError: There is none, or it is not the one that was planned.
        """
        return self.workloads.get(plan.workload)

    def load(self, plan: RunPlan) -> None:
        """Load TensorFlow, as the plan wants it set up."""
        load_tensorflow()
