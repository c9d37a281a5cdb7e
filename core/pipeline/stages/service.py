"""``tf.data.experimental.service.distribute``: other processes do what stands in front of it."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from core.model.kinds import DEFAULT, OFF, OneOf, Value, Whole
from core.model.knob import Knob, Switch
from core.model.settings import Settings
from core.model.stage import SourceData, Stage, StageCode
from core.model.tensorflow_kinds import ServiceAddress
from core.model.training_change import TrainingChange
from core.pipeline.methods import of_kind
from core.pipeline.stages.function import Function

if TYPE_CHECKING:
    import tensorflow as tf
else:
    from core.lazy import tf

DYNAMIC = "dynamic"
_SHARDINGS = {DYNAMIC: "DYNAMIC", OFF: "OFF"}
_SERVICE = "{}.data.experimental.service"
_SPLITS_EXACTLY = ("source", "interleave", "map", "shuffle")
"""Built-in stages that deliver as many elements in all, however their data are split."""


@functools.cache
def start_service(workers: int) -> tuple[Any, list[Any]]:
    """Start a tf.data service of worker processes; they end with this program."""
    service = tf.data.experimental.service
    dispatcher = service.DispatchServer()
    program = (
        "import sys\n"
        "sys.path[:] = filter(None, sys.path)\n"  # no file of the working directory is a module
        "import os, threading\n"
        "threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()\n"
        "import tensorflow as tf\n"
        "service = tf.data.experimental.service\n"
        "service.WorkerServer(service.WorkerConfig(sys.argv[1])).join()\n"
    )
    command = [sys.executable, "-c", program, dispatcher.target.partition("://")[2]]
    return dispatcher, [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(workers)]


@dataclass(frozen=True)
class Service(Stage):
    """The stages in front of it run in the workers of a tf.data service; the others here.

    Attributes:
        places: Where it may stand: the option of the knob, and the kind or key of the stage in
            front of which that is. The first is the default.
    """

    kind: ClassVar[str] = "service"
    title: ClassVar[str] = "service"
    help: ClassVar[str] = (
        "tf.data service: the stages in front of it run in other processes, started with the run "
        "or in a cluster that is there. Python functions cannot."
    )
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/experimental/service"
    switch: ClassVar[Switch | None] = Switch("workers", off=OFF, on=2, clears=("address",))
    executed_as: ClassVar[tuple[str, ...]] = of_kind("service").slots[-1].names

    places: tuple[tuple[str, str], ...] = field(
        default=(
            ("before_prefetch", "prefetch"),
            ("before_repeat", "repeat"),
            ("before_batch", "batch"),
            ("before_shuffle", "shuffle"),
        )
    )

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Workers or a cluster's address, how data are shared out, and where it stands."""
        options = tuple(option for option, _ in self.places)
        position = replace(_POSITION, kind=OneOf(options), default=options[0])
        return (_WORKERS, _ADDRESS, _SHARDING, position, _COMPRESSION, _OUTSTANDING)

    def is_on(self, settings: Settings) -> bool:
        """Whether there are workers, or a cluster."""
        return settings[self.id("workers")] != OFF or bool(settings[self.id("address")])

    def moved_before(self, settings: Settings) -> str | None:
        """Stands where its position says."""
        return dict(self.places)[str(settings[self.id("position")])]

    def training(self, settings: Settings) -> tuple[tuple[TrainingChange, Value], ...]:
        """See the base class; without sharding an epoch is a copy of the data from each worker."""
        return (*super().training(settings), (_COPIES, self._copies(settings)))

    def loses_order(self, settings: Settings) -> str:
        """Several workers deliver as they are ready."""
        alone = not settings[self.id("address")] and settings[self.id("workers")] in (OFF, 1)
        return "" if alone else "the service's workers deliver as they are ready"

    def warm_up_steps(self, settings: Settings) -> int:
        """What was asked for ahead."""
        asked = settings[self.id("max_outstanding_requests")]
        return asked if isinstance(asked, int) and self.is_on(settings) else 0

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class; what unpacks and counts elements behind it is not always there."""
        return self.executed_as if self.is_on(settings) else ()

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class.

        Raises:
            ExplorerError: There is no such service.
        """
        if not self.is_on(settings):
            return dataset
        served = self.start(settings, data)
        for stage in self._options(settings):
            # What is set behind does not hold in the workers.
            dataset = stage.apply(dataset, settings, data)
        service = tf.data.experimental.service
        policy = _SHARDINGS[str(settings[self.id("sharding")])]
        distribute = service.distribute(
            processing_mode=service.ShardingPolicy[policy],
            service=served,
            **self._arguments(settings),
        )
        count = self._delivered(int(dataset.cardinality()), settings)
        dataset = dataset.apply(distribute)
        if count is None:
            return dataset
        # TensorFlow does not know how many there are, and Keras would not know where it is.
        return dataset.apply(tf.data.experimental.assert_cardinality(count))

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        if not self.is_on(settings):
            return StageCode()
        options = [stage.write(settings, data) for stage in self._options(settings)]
        lines = tuple(line for code in options for line in code.lines)
        call = f"dataset = dataset.{self.written(settings)}"
        if settings[self.id("address")]:
            return StageCode((*lines, call))
        start = Function(start_service)
        imports = {"import functools", "import subprocess", "import sys", "from typing import Any"}
        return StageCode((*lines, call), start.sources(), start.imports() | imports)

    def start(self, settings: Settings, data: SourceData) -> str:
        """The address of the service, whose workers are started where they are not there yet.

        Raises:
            ExplorerError: There is no such service.
        """
        return data.serve(self._workers(settings), str(settings[self.id("address")]))

    def served(self, settings: Settings) -> frozenset[str]:
        """Keys of the stages that its workers carry out."""
        order = settings.stages_in_order()
        return frozenset(stage.key for stage in order[: order.index(self)])

    def written(self, settings: Settings) -> str:
        """The method that is called on the dataset, as Python, in several lines."""
        arguments = "".join(f"        {text},\n" for text in self._written(settings, "tf"))
        return f"apply(\n    {_SERVICE.format('tf')}.distribute(\n{arguments}    )\n)"

    def in_a_line(self, settings: Settings, tensorflow: str = "tf") -> str:
        """The same in one line.

        Args:
            settings: A value for every knob.
            tensorflow: What TensorFlow is called there.
        """
        arguments = ", ".join(self._written(settings, tensorflow))
        return f"apply({_SERVICE.format(tensorflow)}.distribute({arguments}))"

    def splits_exactly(self, settings: Settings) -> bool:
        """Whether what stands in front delivers as many elements in all, however it is split."""
        before = settings.stages_in_order()
        before = before[: before.index(self)]
        return all(stage.kind in _SPLITS_EXACTLY for stage in before if stage.runs_as(settings))

    def _workers(self, settings: Settings) -> int:
        workers = settings[self.id("workers")]
        return 0 if workers == OFF else int(workers)

    def _copies(self, settings: Settings) -> Value:
        if not self.is_on(settings) or settings[self.id("sharding")] != OFF:
            return 1
        return str(settings[self.id("address")]) or self._workers(settings)

    def _delivered(self, count: int, settings: Settings) -> int | None:
        """How many elements all workers together deliver; None where nobody knows.

        Args:
            count: Elements in front of it, where one process goes through them; below 0 where that
                is not known, or never ends.
            settings: A value for every knob.
        """
        copies = self._copies(settings)
        if count < 0 or settings[self.id("address")] or not isinstance(copies, int):
            return None
        shared = settings[self.id("sharding")] != OFF and self._workers(settings) > 1
        return None if shared and not self.splits_exactly(settings) else count * copies

    def _arguments(self, settings: Settings) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        if settings[self.id("compression")] == OFF:
            arguments["compression"] = None
        asked = settings[self.id("max_outstanding_requests")]
        if asked != DEFAULT:
            arguments["max_outstanding_requests"] = asked
        return arguments

    def _written(self, settings: Settings, tensorflow: str) -> list[str]:
        """The arguments of ``distribute`` as Python."""
        address = str(settings[self.id("address")])
        served = repr(address) if address else f"start_service({self._workers(settings)})[0].target"
        policy = _SHARDINGS[str(settings[self.id("sharding")])]
        return [
            f"processing_mode={_SERVICE.format(tensorflow)}.ShardingPolicy.{policy}",
            f"service={served}",
            *(f"{name}={value!r}" for name, value in self._arguments(settings).items()),
        ]

    def _options(self, settings: Settings) -> tuple[Stage, ...]:
        stages = settings.chain.stages
        return tuple(stage for stage in stages if stage.kind == "options" and stage.is_on(settings))


def service_of(settings: Settings) -> Service | None:
    """The service that takes part; None where none does."""
    stages = (stage for stage in settings.chain.stages if isinstance(stage, Service))
    return next((stage for stage in stages if stage.is_on(settings)), None)


def services(values: Mapping[str, Value]) -> tuple[str, ...]:
    """Ids of the knobs that switch services on.

    Args:
        values: By ``stage.knob``.
    """
    return tuple(
        key
        for key, value in values.items()
        if key.startswith(Service.kind)
        and value not in (OFF, "")
        and key.rpartition(".")[2] in (_WORKERS.name, _ADDRESS.name)
    )


def shares_out(settings: Settings) -> bool:
    """Whether each element goes to one worker of a service that takes part."""
    stages = [stage for stage in settings.chain.stages if isinstance(stage, Service)]
    return any(settings[stage.id("sharding")] == DYNAMIC for stage in stages)


_COPIES = TrainingChange(
    "sharding of the service is off in one and not the other, or with other workers: off, each "
    "worker goes through all of the data, and an epoch is one whole copy a worker"
)

_WORKERS = Knob(
    name="workers",
    main=True,
    label="workers",
    help=(
        "How many processes make the data: a tf.data service on this machine, started with the "
        "run and ended with it. Off, this process makes them, unless there is an address."
    ),
    cannot_help=(
        "Cannot make cores: on one machine it is no faster than parallel calls for TensorFlow "
        "operations, and Python functions do not travel. Each takes about 700 MB and 7 s to start."
    ),
    kind=Whole(1, 64, words=(OFF,), tries=(1, 2, 4)),
    default=OFF,
    unit="processes",
)

_ADDRESS = Knob(
    name="address",
    label="address",
    help=(
        "The dispatcher of a tf.data service that is there, on this machine or others: "
        "grpc://HOST:PORT. Then the number of workers is that of the service. "
        "The command service starts a dispatcher or a worker."
    ),
    cannot_help=(
        "Cannot help where the network is the limit, or the data lie on this machine alone: the "
        "workers open files by the names that the pipeline has."
    ),
    kind=ServiceAddress(),
    default="",
    advanced=True,
)

_SHARDING = Knob(
    name="sharding",
    label="sharding",
    help=(
        "Dynamic: each element goes to one worker. Off: each worker goes through all of the data, "
        "so an epoch is one whole copy a worker."
    ),
    cannot_help="Dynamic needs a source that can be split, which a generator is not.",
    kind=OneOf((DYNAMIC, OFF)),
    default=DYNAMIC,
    advanced=True,
)

_POSITION = Knob(
    name="position",
    label="position",
    help="What stands in front of it runs in the workers, what stands behind it in this process.",
    cannot_help=(
        "In front of the batch each example is sent by itself, which is slower. A shuffle, a batch "
        "or a cache in front works on each worker's share by itself."
    ),
    kind=OneOf(("before_prefetch",)),
    default="before_prefetch",
    advanced=True,
)

_COMPRESSION = Knob(
    name="compression",
    label="compression",
    help="Auto: elements are compressed on their way from the workers. Off: they travel as made.",
    cannot_help="Off helps where the network is faster than compressing, as on one machine.",
    kind=OneOf(("auto", OFF)),
    default="auto",
    advanced=True,
)

_OUTSTANDING = Knob(
    name="max_outstanding_requests",
    label="requests ahead",
    help="How many elements are asked of the workers at the same time. Default: TensorFlow's own.",
    cannot_help="Cannot make the workers faster; each element that is under way takes memory.",
    kind=Whole(1, 4096, words=(DEFAULT,), tries=(1, 4, 16, 64)),
    default=DEFAULT,
    unit="elements",
    advanced=True,
)
