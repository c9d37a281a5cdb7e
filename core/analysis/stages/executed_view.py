"""The written pipeline beside the executed one, with what each node costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.analysis.stages.node_figures import NodeFigures, figures, whole_readings
from core.metrics.accounting import steady_account
from core.model.measured.executed import NodeReading
from core.model.quantity import Quantity, Source, not_measured, significant
from core.model.run import Run
from core.model.settings import Settings
from core.pipeline.graph.executed import Change, Executed, ExecutedStage, match
from core.pipeline.methods import ELSEWHERE
from core.pipeline.workers.py_dataset import has_enqueuer

ESTIMATE = (
    "Estimates from TensorFlow's performance model: throughput that was predicted from its times "
    "was seen to come out 39 to 55 % too high."
)
_TELLS_SINCE = (2, 17)
"""TensorFlow since which ``tf.data.experimental.get_model_proto`` is there."""
_UNEXPLAINED = (
    "No stage here explains how long the model waits for input: TensorFlow's times leave out "
    "waiting for storage"
)
_FILES = (
    " Opening and reading the files is the likely limit; try more parallel calls of interleave."
)
_OVER_S = 10.0
_WORTH_A_WORD = 0.1
_FAR_MORE = 2.0
_NEAR = 0.25


@dataclass(frozen=True)
class StageRow:
    """One node on the way of the data.

    Attributes:
        stages: Keys of the stages that it comes from; empty where TensorFlow put it in.
        change: What TensorFlow did to them.
        written: The stages that it comes from, in words; empty where TensorFlow put it in.
        executed: TensorFlow's name for it.
        note: What TensorFlow changed; empty where it runs as written.
        narrowest: It is the tightest of all.
        elements: Elements a second that it delivers.
        time_per_element: Time it works on one of its elements, without what feeds it.
        element: What one of its elements is: "an example", "a batch of 32"; empty where that is
            not known.
        calls: Calls at the same time.
        buffered: Elements that lie ready, of how many that have room where that is known.
        room: Elements that have room in its buffer; None where it has none or none is known.
        buffered_size: Their size.
        busy: Cores that it keeps busy.
        of_cpu: The same in percent of the cores that the process may use.
        capacity: Examples a second that it could deliver if it were the only limit.
    """

    stages: tuple[str, ...]
    change: Change
    written: str
    executed: str
    note: str
    narrowest: bool
    elements: Quantity
    time_per_element: Quantity
    element: str
    calls: str
    buffered: str
    room: float | None
    buffered_size: Quantity
    busy: Quantity
    of_cpu: Quantity
    capacity: Quantity


@dataclass(frozen=True)
class ExecutedView:
    """The executed pipeline of a run.

    Attributes:
        rows: From the source to ``fit``; empty where nothing is known.
        notes: What is to be said about it, the most important first.
        left_out: Keys of written stages that TensorFlow does not run at all.
        unseen: Keys of stages that the reading does not show any more.
        served: Keys of stages that run in the workers of a tf.data service.
    """

    rows: tuple[StageRow, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    served: tuple[str, ...] = ()


def executed_view(run: Run, settings: Settings) -> ExecutedView:
    """Lay a run's executed pipeline beside its settings.

    Args:
        run: Under way or over; figures are of its last 10 s.
        settings: The run's own.
    """
    readings = whole_readings(run.pipeline)
    if not readings:
        strategy = run.prepared.strategy if run.prepared else ""
        return ExecutedView((), tuple(filter(None, (_why_nothing(run), strategy))))
    last = readings[-1]
    executed = match(settings, last.nodes)
    examples = run.samples.examples
    mean_examples = float(examples.mean()) if len(examples) else 0.0
    by_key = {node.node.key: node for node in figures(readings, mean_examples, _OVER_S)}
    rows = tuple(_row(stage, by_key.get(stage.node.key), run) for stage in executed.stages)
    notes = list(dict.fromkeys(row.note + "." for row in rows if row.note))
    if executed.unseen:
        # What is narrowest may be among those.
        rows = tuple(replace(row, narrowest=False) for row in rows)
        notes.insert(
            0,
            f"Not shown: {', '.join(executed.unseen)}. TensorFlow tells nothing more of them once "
            "all of their data were taken in, so no stage is called the narrowest.",
        )
    if executed.served:
        rows = tuple(replace(row, narrowest=False) for row in rows)
        notes.insert(
            0,
            f"Not shown: {', '.join(executed.served)}. They run in the workers of a tf.data "
            "service and are not measured here, so no stage is called the narrowest.",
        )
    if executed.left_out:
        notes.append(f"TensorFlow left out: {', '.join(executed.left_out)}.")
    if executed.as_written:
        notes.append("TensorFlow runs exactly what is written.")
    tight = next((row for row in rows if row.narrowest), None)
    if tight is not None and not _explains_the_wait(tight, run):
        rows = tuple(replace(row, narrowest=False) for row in rows)
        notes.insert(0, _unexplained(executed))
    elif tight is not None:
        where = tight.written or tight.executed
        notes.insert(0, f"The narrowest stage is {where}: at most {tight.capacity.text()}.")
    notes.append(ESTIMATE)
    notes += run.ceilings.sentences() if run.ceilings else ()
    return ExecutedView(rows, tuple(notes), executed.left_out, executed.unseen, executed.served)


def _unexplained(executed: Executed) -> str:
    inside = f" and what runs inside {', '.join(executed.opens)}" if executed.opens else ""
    return f"{_UNEXPLAINED}{inside}.{_FILES if executed.reads_files else ''}"


def _explains_the_wait(tight: StageRow, run: Run) -> bool:
    """Whether the narrowest stage is narrow enough for the time that the model waits.

    Whatever was waited for came at ``examples / input wait`` a second or slower. Where all
    stages could deliver far more, what limits is not in the performance model.
    """
    steady = steady_account(run)
    capacity = tight.capacity.value
    if steady is None or capacity is None or steady.input_wait_s < _WORTH_A_WORD * steady.wall_s:
        return True
    return capacity <= _FAR_MORE * steady.examples / steady.input_wait_s


def _why_nothing(run: Run) -> str:
    if run.samples.steps == 0:
        return "Nothing was read yet: the pipeline is read while it trains."
    if run.prepared is not None and run.prepared.strategy:
        return (
            "A strategy hands the batches out to replicas: TensorFlow gives no performance model "
            "of its iterator. Without a strategy it does."
        )
    if run.settings is not None and has_enqueuer(run.settings):
        return (
            "Keras makes the batches on its own workers and turns autotune off meanwhile: "
            "TensorFlow keeps no performance model. With workers=1 and without multiprocessing it "
            "does."
        )
    version = str(run.environment.get("tensorflow", ""))
    if _older(version):
        return (
            f"TensorFlow {version} does not tell what it executes; 2.17 and later do. Diagnose and "
            "`stages` measure the stages without it."
        )
    return (
        "TensorFlow told nothing of this pipeline: the run was too short for a reading, was "
        "recorded by an older version, or TensorFlow kept no performance model."
    )


def _older(version: str) -> bool:
    """Whether a TensorFlow has no performance model to be read."""
    numbers = [int(part) for part in version.split(".")[:2] if part.isdecimal()]
    return len(numbers) == 2 and tuple(numbers) < _TELLS_SINCE


def _row(stage: ExecutedStage, figures: NodeFigures | None, run: Run) -> StageRow:
    node = stage.node

    def quantity(value: float | None, unit: str) -> Quantity:
        if value is None:
            return not_measured(unit, Source.PERFORMANCE_MODEL, _why_no_figure(figures))
        return Quantity(value, unit, Source.PERFORMANCE_MODEL, emulated=run.emulations)

    per_element = figures.s_per_element if figures else None
    return StageRow(
        stages=stage.stages,
        change=stage.change,
        written=" + ".join(stage.stages),
        executed=node.name,
        note=stage.note if stage.change is not Change.NONE else "",
        narrowest=figures.narrowest if figures else False,
        elements=quantity(figures.elements_per_s if figures else None, "elements/s"),
        time_per_element=quantity(None if per_element is None else per_element * 1e3, "ms"),
        element=_element(figures, run),
        calls=_calls(node),
        buffered=_buffered(node),
        room=node.buffer_size,
        buffered_size=(
            quantity(node.buffered_bytes / 1e6, "MB")
            if _has_buffer(node)
            else not_measured("MB", Source.PERFORMANCE_MODEL, "it has no buffer")
        ),
        busy=quantity(figures.busy_cores if figures else None, "cores"),
        of_cpu=_of_cpu(figures, run, quantity),
        capacity=quantity(figures.capacity_examples_per_s if figures else None, "examples/s"),
    )


def _element(figures: NodeFigures | None, run: Run) -> str:
    """What an element is, by how many examples it holds or becomes.

    That number comes from counters that are read while the pipeline runs and its buffers fill, so
    it is a few percent off: near an example or a batch it is called one.
    """
    examples = figures.examples_per_element if figures else None
    if examples is None:
        return ""
    batch = float(run.samples.examples.mean())
    if abs(examples / batch - 1) < _NEAR:
        return f"a batch of {batch:.0f}"
    if abs(examples - 1) < _NEAR:
        return "an example"
    return f"about {significant(examples, 2)} examples"


def _of_cpu(
    figures: NodeFigures | None, run: Run, quantity: Callable[[float | None, str], Quantity]
) -> Quantity:
    cores = run.resources.about.cores if run.resources.about else run.environment.get("cores")
    if not isinstance(cores, int) or cores <= 0:
        return not_measured("%", Source.PERFORMANCE_MODEL, "how many cores there are is not known")
    busy = figures.busy_cores if figures else None
    return quantity(None if busy is None else 100.0 * busy / cores, "%")


def _why_no_figure(figures: NodeFigures | None) -> str:
    if figures is None:
        return "one reading is too few"
    if figures.elements == 0:
        return "it delivered nothing"
    if figures.node.name.startswith(ELSEWHERE):
        return "it runs in the service's workers: not measured here"
    return "TensorFlow does not keep the times of readers that were closed"


def _has_buffer(node: NodeReading) -> bool:
    return bool(node.buffered_bytes) or node.buffer_size is not None or node.parallelism is not None


def _calls(node: NodeReading) -> str:
    if node.parallelism is None:
        # A node with a buffer and no calls of its own fills it from one background thread.
        return "sequential" if node.buffer_size is None else "1 in the background"
    return f"{node.parallelism:g}" + (" (tuned)" if node.tuned else "")


def _buffered(node: NodeReading) -> str:
    if node.buffer_size is None:
        return str(node.buffered_elements) if node.buffered_elements else ""
    tuned = " (tuned)" if node.tuned else ""
    return f"{node.buffered_elements} of {node.buffer_size:g}{tuned}"
