"""What holds for a whole process: its threads, its GPU, XLA's flags."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import ClassVar

from core.lazy import tf
from core.model.errors import InputError
from core.model.kinds import DEFAULT, OneOf, Value, Whole
from core.model.knob import Knob
from core.model.plan import PROCESS
from core.model.settings import Settings
from core.model.stage import SourceData, Stage, StageCode
from core.model.tensorflow_kinds import TF_XLA, XlaFlags
from core.model.training_change import ChangeKind, TrainingChange
from core.pipeline.stages.service import services
from core.pipeline.stages.strategy import (
    STRATEGY,
    logical_cpus,
    set_up_logical_cpus,
    written_logical_cpus,
)

_KIND = "process"
_INTER, _INTRA = f"{_KIND}.inter_op_threads", f"{_KIND}.intra_op_threads"
_THREAD_MODE, _GROWTH = f"{_KIND}.gpu_thread_mode", f"{_KIND}.gpu_memory_growth"
_FLAGS = f"{_KIND}.xla_flags"


@dataclass(frozen=True)
class Process(Stage):
    """Knobs that TensorFlow reads once, when it begins to work in a process.

    They are no step of the pipeline: an isolated run (``core.engines``) sets them in a process
    that has not begun.
    """

    kind: ClassVar[str] = _KIND
    title: ClassVar[str] = "process"
    help: ClassVar[str] = (
        "What TensorFlow reads once in a process: threads, the GPU's memory, XLA's flags. Another "
        "value than default needs an isolated run, which starts from a clean TensorFlow."
    )
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/config/threading"
    of_model: ClassVar[bool] = True

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Threads between and within operations, the GPU's threads and memory, XLA's flags."""
        return _KNOBS

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        before = written_environment(settings)
        imports = ("import os",) if before else ()
        return StageCode(environment=(*imports, *before), process=written_set_up(settings))


def chosen(values: Mapping[str, Value]) -> tuple[str, ...]:
    """Ids of those knobs of a whole process that are not at their default; missing ones are."""
    cpus = (STRATEGY,) if logical_cpus(values) else ()
    return (*(key for key in _KEYS if values.get(key, DEFAULT) != DEFAULT), *cpus)


def only_isolated(values: Mapping[str, Value]) -> tuple[str, ...]:
    """Ids of knobs that are set as only a process of its own takes them."""
    return (*chosen(values), *services(values))


def without_defaults(values: Mapping[str, Value]) -> dict[str, Value]:
    """Values without these knobs where they are at their default.

    Runs that are older than the knobs have them so.
    """
    return {key: value for key, value in values.items() if key not in _KEYS or value != DEFAULT}


def check_engine(values: Mapping[str, Value], engine: str) -> None:
    """Make sure that what holds for a whole process is only asked of a process of its own.

    Args:
        values: By ``stage.knob``.
        engine: Where the run is to train, one of ``core.model.plan.ENGINES``.

    Raises:
        InputError: It is asked of the window's; names the knobs.
    """
    keys = chosen(values)
    if keys and engine != PROCESS:
        raise InputError(
            f"{' and '.join(keys)} cannot be set in this window, where TensorFlow has begun to "
            "work or will work on after this run",
            expected="an isolated run, in a process of its own: --engine process",
            remedy="Choose isolated, or set it to its default.",
        )
    keys = services(values)
    if keys and engine != PROCESS:
        raise InputError(
            f"{' and '.join(keys)} cannot be set in this window: where a service is gone, "
            "TensorFlow waits for it until its process ends",
            expected="an isolated run, in a process of its own: --engine process",
            remedy="Choose isolated, or switch the service off.",
        )


def set_environment(
    values: Mapping[str, Value], environment: MutableMapping[str, str] | None = None
) -> None:
    """Set the variables that TensorFlow and XLA read, before either is imported.

    Args:
        values: By ``stage.knob``; missing ones are at their default.
        environment: Where they are set; None for this process's.
    """
    where = os.environ if environment is None else environment
    for name, text in _variables(values).items():
        before = where.get(name, "") if name in _APPENDED else ""
        # Of a flag that is given twice, XLA takes the last.
        where[name] = f"{before} {text}".strip()


def set_up(values: Mapping[str, Value]) -> None:
    """Set what TensorFlow reads when it begins to work, after it is imported.

    Raises:
        InputError: It has begun already.
    """
    try:
        if values.get(_INTER, DEFAULT) != DEFAULT:
            tf.config.threading.set_inter_op_parallelism_threads(int(values[_INTER]))
        if values.get(_INTRA, DEFAULT) != DEFAULT:
            tf.config.threading.set_intra_op_parallelism_threads(int(values[_INTRA]))
        if values.get(_GROWTH, DEFAULT) != DEFAULT:
            for gpu in tf.config.list_physical_devices("GPU"):
                tf.config.experimental.set_memory_growth(gpu, values[_GROWTH] == "on")
        set_up_logical_cpus(values)
    except RuntimeError as error:
        raise InputError(
            f"What holds for the whole process cannot be set any more ({error})",
            expected="a process in which TensorFlow has not begun to work",
            remedy="Does sitecustomize.py, or another file that Python runs at its start, use "
            "TensorFlow?",
        ) from error


def _variables(values: Mapping[str, Value]) -> dict[str, str]:
    """Environment variables that are not left alone."""
    variables: dict[str, str] = {}
    mode = values.get(_THREAD_MODE, DEFAULT)
    if mode != DEFAULT:
        variables["TF_GPU_THREAD_MODE"] = str(mode)
    flags = values.get(_FLAGS, DEFAULT)
    if flags != DEFAULT:
        words = str(flags).split()
        for name, ours in (("XLA_FLAGS", False), ("TF_XLA_FLAGS", True)):
            chosen_words = [word for word in words if word.startswith(TF_XLA) is ours]
            if chosen_words:
                variables[name] = " ".join(chosen_words)
    return variables


def written_environment(values: Mapping[str, Value]) -> tuple[str, ...]:
    """The same as ``set_environment``, as lines of Python."""
    return tuple(
        f'os.environ["{name}"] = os.environ.get("{name}", "") + {" " + text!r}'
        if name in _APPENDED
        else f'os.environ["{name}"] = {text!r}'
        for name, text in _variables(values).items()
    )


def written_set_up(values: Mapping[str, Value]) -> tuple[str, ...]:
    """The same as ``set_up``, as lines of Python."""
    lines = [
        f"tf.config.threading.set_{name}_op_parallelism_threads({values[key]})"
        for name, key in (("inter", _INTER), ("intra", _INTRA))
        if values.get(key, DEFAULT) != DEFAULT
    ]
    growth = values.get(_GROWTH, DEFAULT)
    if growth != DEFAULT:
        lines.append(
            'for gpu in tf.config.list_physical_devices("GPU"):\n'
            f"    tf.config.experimental.set_memory_growth(gpu, {growth == 'on'})"
        )
    return (*lines, *written_logical_cpus(values))


_APPENDED = ("XLA_FLAGS", "TF_XLA_FLAGS")
"""Variables to which flags are added: the person's own stay."""

_KNOBS = (
    Knob(
        name="inter_op_threads",
        label="threads for ops",
        help=(
            "How many operations, the calls of a parallel map among them, TensorFlow carries out "
            "at the same time. Default: one thread a core, or as the environment says."
        ),
        cannot_help=(
            "Cannot make cores. More threads than cores help where they wait for storage; fewer "
            "leave cores to other programs."
        ),
        kind=Whole(1, 1024, words=(DEFAULT,), tries=(1, 2, 4, 8)),
        default=DEFAULT,
        unit="threads",
        advanced=True,
    ),
    Knob(
        name="intra_op_threads",
        label="threads in an op",
        help=(
            "How many threads one operation, such as a matrix product of the train step, may "
            "split into. Default: one thread a core."
        ),
        cannot_help=(
            "Cannot make a step on a GPU faster. On the CPU, fewer threads for the step leave "
            "cores to the pipeline, which helps only where they fight for them."
        ),
        kind=Whole(1, 1024, words=(DEFAULT,), tries=(1, 2, 4, 8)),
        default=DEFAULT,
        unit="threads",
        changes_training=TrainingChange(
            "another number of threads in an operation: sums are rounded in another order, and "
            "the losses can part in their last digits",
            ChangeKind.PRECISION,
        ),
        advanced=True,
    ),
    Knob(
        name="gpu_thread_mode",
        label="GPU threads",
        help=(
            "Which threads start the GPU's work (TF_GPU_THREAD_MODE): those of everything "
            "(global), a few for each GPU (gpu_private), or a few for all (gpu_shared). Private "
            "ones are not held up by a busy pipeline."
        ),
        cannot_help="Does nothing without a GPU, nor where the pipeline leaves cores free.",
        kind=OneOf((DEFAULT, "global", "gpu_private", "gpu_shared")),
        default=DEFAULT,
        advanced=True,
    ),
    Knob(
        name="gpu_memory_growth",
        label="memory grows",
        help=(
            "On, TensorFlow takes the GPU's memory as it needs it; off, nearly all of it at once. "
            "Default: off, unless the environment says otherwise."
        ),
        cannot_help="Makes nothing faster: it leaves memory to others on the same GPU.",
        kind=OneOf((DEFAULT, "on", "off")),
        default=DEFAULT,
        advanced=True,
    ),
    Knob(
        name="xla_flags",
        label="XLA flags",
        help=(
            "Flags of the compiler XLA, behind those that the environment has already in "
            "XLA_FLAGS (--xla_...) and TF_XLA_FLAGS (--tf_xla_...)."
        ),
        cannot_help=(
            "Does nothing where XLA compiles nothing (jit_compile). A flag that XLA does "
            "not know ends the process."
        ),
        kind=XlaFlags(),
        default=DEFAULT,
        changes_training=TrainingChange(
            "other XLA flags: some let it round otherwise, and the losses can part",
            ChangeKind.PRECISION,
        ),
        advanced=True,
    ),
)

_KEYS = tuple(f"{_KIND}.{knob.name}" for knob in _KNOBS)
