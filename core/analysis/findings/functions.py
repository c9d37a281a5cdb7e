"""Functions that a pipeline applies: Python, random numbers, parallel calls, whole batches."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import API, PERFORMANCE, Finding, Severity
from core.model.kinds import AUTOTUNE
from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.method import Cost, Shape
from core.pipeline.operations import costly_kinds
from core.pipeline.step_counts import ENDLESS

_GIL = "https://www.tensorflow.org/api_docs/python/tf/numpy_function"
_PARALLEL = f"{PERFORMANCE}#parallelizing_data_transformation"
_MANY = 4
"""So many calls for each core are too many by far."""

_ELEMENTWISE = frozenset((
    "Abs", "Add", "AddV2", "Cast", "ClipByValue", "Div", "DivNoNan", "Exp", "Log", "Log1p",
    "Maximum", "Minimum", "Mul", "Neg", "OneHot", "Pow", "RealDiv", "Rsqrt", "Sqrt", "Square",
    "SquaredDifference", "Sub", "Tanh", "Sigmoid", "FloorMod", "FloorDiv",
))  # fmt: skip
"""Operations that do the same to a batch as to each of its elements."""
_WAITS = ("ReadFile", "PyFunc", "EagerPyFunc")


def python_in_parallel(graph: PipelineGraph) -> Iterator[Finding]:
    """Parallel calls of a Python function."""
    for node in graph.all:
        if not node.python or not node.parallel:
            continue
        calls = "AUTOTUNE's calls" if node.calls == AUTOTUNE else f"{node.calls} calls"
        yield Finding(
            "python_in_parallel",
            Severity.COSTLY,
            "a Python function under parallel calls",
            f"{node.words} runs Python, which holds the GIL: of {calls} one works at a time. Only "
            "what lets go of the GIL meanwhile (waiting for a file, some of NumPy) can overlap.",
            "Write it with TensorFlow operations, or work on larger pieces in each call.",
            node.key,
            node.site,
            {},
            _GIL,
            about_time=True,
        )


def generator_as_source(graph: PipelineGraph) -> Iterator[Finding]:
    """Elements that come from Python one by one."""
    for node in graph.of_kind("from_generator"):
        yield Finding(
            "generator",
            Severity.HINT,
            "the data come from a Python generator",
            "One Python thread makes one element after the other and holds the GIL, which the "
            "training loop needs too; no parallel calls behind it make it faster.",
            "Where it limits: read files with tf.data, or let the generator give larger pieces "
            "and unbatch them.",
            node.key,
            node.site,
            {},
            f"{API}Dataset#from_generator",
            about_time=True,
        )


def sequential_map(graph: PipelineGraph) -> Iterator[Finding]:
    """A map that does one element at a time."""
    for node in graph.all:
        function = node.function
        if node.kind != "map" or function is None or node.calls is not None or node.python:
            continue
        if graph.rewrites and not node.stateful:
            # TensorFlow runs it in parallel by itself (map_parallelization).
            continue
        if is_elementwise(node):
            continue
        dear = costly_kinds(node.function)
        itself = (
            "TensorFlow leaves it so, since it draws random numbers. " if graph.rewrites else ""
        )
        yield Finding(
            "sequential_map",
            Severity.COSTLY if dear else Severity.HINT,
            "a map without parallel calls",
            f"{node.words} works on one element at a time. {itself}"
            + (
                f"It has operations that take their time ({', '.join(dear[:3])})."
                if dear
                else "Where its function takes long, other cores stand idle meanwhile; a very "
                "cheap one is faster as it is."
            ),
            "Give it num_parallel_calls=tf.data.AUTOTUNE.",
            node.key,
            node.site,
            node.set_calls(AUTOTUNE),
            _PARALLEL,
            about_time=True,
        )


def too_many_calls(graph: PipelineGraph) -> Iterator[Finding]:
    """Far more parallel calls than cores."""
    if graph.cores is None:
        return
    for node in graph.all:
        calls = node.calls
        kinds = node.function.kinds if node.function else ()
        works = node.kind == "map" or node.method.batches
        if not works or any(kind in _WAITS for kind in kinds):
            continue
        if not isinstance(calls, int) or calls <= _MANY * graph.cores:
            continue
        yield Finding(
            "too_many_calls",
            Severity.HINT,
            "far more parallel calls than cores",
            f"{node.words} makes {calls} calls on {graph.cores} cores: work does not become "
            "faster by waiting in line, and each call holds an element in memory.",
            "Leave the number to AUTOTUNE, or take about one a core.",
            node.key,
            node.site,
            node.set_calls(AUTOTUNE),
            _PARALLEL,
            about_time=True,
        )


def work_in_interleave(graph: PipelineGraph) -> Iterator[Finding]:
    """An ``interleave`` whose function works itself, not in the dataset that it returns."""
    for node in graph.all:
        nested = graph.nested(node)
        sources = [inner for inner in nested if inner.inside == node.key and not inner.inputs]
        in_memory = sources and all(inner.method.cost is Cost.COPIES for inner in sources)
        if not node.method.interleaves or node.function is None or not in_memory:
            continue
        within = {kind for inner in nested if inner.function for kind in inner.function.kinds}
        works = [kind for kind in costly_kinds(node.function) if kind not in within]
        python = node.python and not any(inner.python for inner in nested)
        if not python and not works:
            continue
        what = "Python" if python else ", ".join(works[:3])
        yield Finding(
            "work_in_interleave",
            Severity.COSTLY if node.parallel else Severity.HINT,
            "an interleave whose function does the work",
            f"The function of {node.words} itself runs {what}. TensorFlow calls it for one element "
            "after the other; its parallel calls only read the datasets that it returns.",
            "Do that work in a map with parallel calls in front of the interleave, or in a map of "
            "the dataset that the function returns"
            + (" (Python's lock remains: it helps what waits)." if python else "."),
            node.key,
            node.site,
            {},
            f"{API}Dataset#interleave",
            about_time=True,
        )


def one_by_one(graph: PipelineGraph) -> Iterator[Finding]:
    """A cheap function that could work on whole batches."""
    for node in graph.of_kind("map"):
        batches = graph.batches_behind(node)
        if not is_elementwise(node) or not batches or batches[0].kind != "batch":
            continue
        between = graph.between(node, batches[0])
        movable = all(_passes_on(passed) or is_elementwise(passed) for passed in between)
        if graph.batches_before(node) or not movable:
            continue
        function = node.function
        assert function is not None
        yield Finding(
            "one_by_one",
            Severity.HINT,
            "a cheap map before the batch",
            f"{node.words} does little ({', '.join(function.kinds)}), and the call itself may "
            "cost more than that. On whole batches it would be called once for each.",
            "Put it behind the batch, where its function works on whole batches as it stands.",
            node.key,
            node.site,
            node.set(True, "vectorized"),
            f"{PERFORMANCE}#vectorizing_mapping",
            about_time=True,
        )


def _passes_on(node: Node) -> bool:
    """Whether a map may stand behind it as well as before it: it does not look at elements."""
    return node.method.shape is Shape.SAME and not node.method.keeps


def is_elementwise(node: Node) -> bool:
    """Whether it is a map that does the same to a batch as to each of its elements."""
    function = node.function
    if node.kind != "map" or function is None or function.python or function.random:
        return False
    return function.operations > 0 and _ELEMENTWISE.issuperset(function.kinds)


def random_starts_over(graph: PipelineGraph) -> Iterator[Finding]:
    """Random numbers with a seed, the same ones in each epoch."""
    for node in graph.all:
        if node.function is None or not node.function.seeded or node.kind not in _DRAWS:
            continue
        if any(inner.function and inner.function.seeded for inner in graph.nested(node)):
            continue
        outermost = _outermost(graph, node)
        goes_on = any(repeat.passes == ENDLESS for repeat in graph.behind(outermost, "repeat"))
        if goes_on or graph.behind(outermost, "cache"):
            continue
        again = "draws the same numbers" if node.parallel else "makes the same choices"
        yield Finding(
            "random_starts_over",
            Severity.WRONG,
            "random numbers that start over in every epoch",
            f"The random numbers of {node.words} have a seed, and model.fit begins each epoch with "
            f"a new iterator, whose random numbers start over: every epoch {again}.",
            "Zip the data with Dataset.random(rerandomize_each_iteration=True) and draw by "
            "tf.random.stateless_* from those seeds, or leave out the seed.",
            node.key,
            node.site,
            {},
            "https://www.tensorflow.org/guide/random_numbers#stateless_rngs",
        )


def drawn_once(graph: PipelineGraph) -> Iterator[Finding]:
    """NumPy's or Python's random numbers in a function that is traced."""
    for node in graph.all:
        function = node.function
        if function is None or not function.drawn_once:
            continue
        if any(inner.function and inner.function.drawn_once for inner in graph.nested(node)):
            continue
        yield Finding(
            "drawn_once",
            Severity.WRONG,
            "a random number that is drawn once",
            f"{node.words} draws from NumPy's or Python's random numbers. TensorFlow runs that "
            "Python once, while it traces the function: every element gets the same number.",
            "Draw with tf.random inside the function.",
            node.key,
            node.site,
            {},
            "https://www.tensorflow.org/guide/function#executing_python_side_effects",
        )


_DRAWS = ("map", "flat_map", "interleave", "filter")


def _outermost(graph: PipelineGraph, node: Node) -> Node:
    while node.inside in graph.by_key:
        node = graph.by_key[node.inside]
    return node
