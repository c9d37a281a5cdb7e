"""What an isolated run stands on: a process of its own, in which nothing was opened before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.faults import explained
from core.lazy import tf
from core.measure.loading import load_tensorflow
from core.measure.run_environment import RunEnvironment
from core.measure.warm_up import warm_up
from core.model.errors import InputError
from core.model.plan import PROCESS, RunPlan
from core.model.to_open import ToOpen
from core.model.user_code import CodeKind, UserCode
from core.pipeline.stages.process import set_environment, set_up
from core.text.workload_name import workload_name
from core.user_code.opening import open_script, open_user_code
from core.user_code.user_function import content_hash
from core.user_code.workload import changed
from core.workloads.workload import Workload


class ProcessEnvironment(RunEnvironment):
    """Loads TensorFlow as the plan wants it, and opens the person's code anew.

    What code may run was asked and agreed to before the plan came here
    (``core.session.trust``); here it is made sure that it is still the same.
    """

    engine = PROCESS
    says_loading = False
    ends_with_run = True

    def __init__(self) -> None:
        """Nothing is loaded yet."""
        super().__init__()
        self._loaded = self._warm = False

    def warm(self) -> None:
        """Load TensorFlow ahead of a plan that wants nothing special of the process.

        With a GPU TensorFlow does not begin to work yet: it would take the GPU's memory.
        """
        load_tensorflow(shares_gpus=False)
        self._loaded = True
        if not tf.config.list_physical_devices("GPU"):
            self._warm_up()

    def load(self, plan: RunPlan) -> None:
        """See the base class; quick where ``warm`` did it."""
        if not self._loaded:
            set_environment(plan.settings)
            load_tensorflow(shares_gpus=False)
            self._loaded = True
            set_up(plan.settings)
        if not self._warm:
            self._warm_up()

    def find(self, plan: RunPlan) -> Workload:
        """See the base class.

        Raises:
            InputError: The person's file is gone or has changed.
            RunError: It raised when it was opened.
        """
        if plan.code is not None and plan.workload not in self.workloads:
            self._open(plan, plan.code)
        return super().find(plan)

    def open(self, wanted: ToOpen, say: Callable[[str], None]) -> UserCode:
        """Run a person's code under observation, and say what it is.

        Args:
            wanted: What is to be opened.
            say: Told what is done now.

        Raises:
            InputError: There is nothing to be opened.
            RunError: The code raised; with its own traceback.
        """
        if not self._loaded:
            say("loading TensorFlow")
            load_tensorflow()
        say("running its code")
        with explained():
            if wanted.arguments is not None:
                opened = open_script(wanted.file, wanted.arguments, wanted.fit)
            else:
                opened = open_user_code(wanted.text)
        assert opened.code is not None
        return opened.code

    def _open(self, plan: RunPlan, code: UserCode) -> None:
        self.workloads.add_recorded([code])
        if plan.workload in self.workloads:
            return
        if code.kind is not CodeKind.WORKLOAD or code.declared_id != plan.workload:
            raise InputError(
                f"The plan of this run does not say how {workload_name(plan.workload)} is opened "
                "in a process of its own",
                expected="a file that was opened with this version",
                remedy="Open the file again.",
            )
        for name, stamp in ((code.file, code.opened.stamp), *code.opened.others):
            if content_hash(Path(name)) != stamp:
                raise changed(name)
        # Its text may use TensorFlow as it is run.
        self.load(plan)
        opened = open_user_code(code.file)
        if opened.id != plan.workload:
            raise changed(code.file)
        self.workloads.add(opened)

    def _warm_up(self) -> None:
        self._warm = True
        warm_up()
