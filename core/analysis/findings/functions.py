"""Functions that a pipeline applies: Python, random numbers, parallel calls, whole batches."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import API, PERFORMANCE, Finding, Severity
from core.analysis.findings.link import BATCHING, Link, Links
from core.model.kinds import AUTOTUNE
from core.pipeline.cardinality import ENDLESS

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
_DEAR = (
    "Decode", "Resize", "ReadFile", "ParseExample", "ParseSingleExample", "Conv2D", "Conv1D",
    "MatMul", "FFT", "ImageProjectiveTransform", "AudioSpectrogram", "Mfcc",
)  # fmt: skip
_WAITS = ("ReadFile", "PyFunc", "EagerPyFunc")
_NO_MATTER = ("shuffle", "repeat", "take", "skip", "shard", "prefetch", "with_options")
"""Behind these a map may stand as well as before them: they do not look at the elements."""


def python_in_parallel(links: Links) -> Iterator[Finding]:
    """Parallel calls of a Python function."""
    for link in links.all:
        if not link.python or not link.parallel:
            continue
        calls = "AUTOTUNE's calls" if link.calls == AUTOTUNE else f"{link.calls} calls"
        yield Finding(
            "python_in_parallel",
            Severity.COSTLY,
            "a Python function under parallel calls",
            f"{link.words} runs Python, which holds the GIL: of {calls} one works at a time. Only "
            "what lets go of the GIL meanwhile (waiting for a file, some of NumPy) can overlap.",
            "Write it with TensorFlow operations, or work on larger pieces in each call.",
            link.key,
            link.site,
            {},
            _GIL,
            about_time=True,
        )


def generator_as_source(links: Links) -> Iterator[Finding]:
    """Elements that come from Python one by one."""
    for link in links.of_kind("from_generator"):
        yield Finding(
            "generator",
            Severity.HINT,
            "the data come from a Python generator",
            "One Python thread makes one element after the other and holds the GIL, which the "
            "training loop needs too; no parallel calls behind it make it faster.",
            "Where it limits: read files with tf.data, or let the generator give larger pieces "
            "and unbatch them.",
            link.key,
            link.site,
            {},
            f"{API}Dataset#from_generator",
            about_time=True,
        )


def sequential_map(links: Links) -> Iterator[Finding]:
    """A map that does one element at a time."""
    for link in links.all:
        function = link.function
        if link.kind != "map" or function is None or link.calls is not None or link.python:
            continue
        if links.rewrites and not link.stateful:
            # TensorFlow runs it in parallel by itself (map_parallelization).
            continue
        if _elementwise(link):
            continue
        dear = [kind for kind in function.kinds if kind.startswith(_DEAR)]
        itself = (
            "TensorFlow leaves it so, since it draws random numbers. " if links.rewrites else ""
        )
        yield Finding(
            "sequential_map",
            Severity.COSTLY if dear else Severity.HINT,
            "a map without parallel calls",
            f"{link.words} works on one element at a time. {itself}"
            + (
                f"It has operations that take their time ({', '.join(dear[:3])})."
                if dear
                else "Where its function takes long, other cores stand idle meanwhile; a very "
                "cheap one is faster as it is."
            ),
            "Give it num_parallel_calls=tf.data.AUTOTUNE.",
            link.key,
            link.site,
            link.set_calls(AUTOTUNE),
            _PARALLEL,
            about_time=True,
        )


def too_many_calls(links: Links) -> Iterator[Finding]:
    """Far more parallel calls than cores."""
    if links.cores is None:
        return
    for link in links.all:
        calls = link.calls
        kinds = link.function.kinds if link.function else ()
        waits = link.kind not in ("map", *BATCHING) or any(kind in _WAITS for kind in kinds)
        if waits or not isinstance(calls, int) or calls <= _MANY * links.cores:
            continue
        yield Finding(
            "too_many_calls",
            Severity.HINT,
            "far more parallel calls than cores",
            f"{link.words} makes {calls} calls on {links.cores} cores: work does not become "
            "faster by waiting in line, and each call holds an element in memory.",
            "Leave the number to AUTOTUNE, or take about one a core.",
            link.key,
            link.site,
            link.set_calls(AUTOTUNE),
            _PARALLEL,
            about_time=True,
        )


def one_by_one(links: Links) -> Iterator[Finding]:
    """A cheap function that could work on whole batches."""
    for link in links.of_kind("map"):
        batches = links.behind(link, *BATCHING)
        if not _elementwise(link) or not batches or batches[0].kind != "batch":
            continue
        between = links.between(link, batches[0])
        movable = all(one.kind in _NO_MATTER or _elementwise(one) for one in between)
        if links.before(link, *BATCHING) or not movable:
            continue
        function = link.function
        assert function is not None
        yield Finding(
            "one_by_one",
            Severity.HINT,
            "a cheap map before the batch",
            f"{link.words} does little ({', '.join(function.kinds)}), and the call itself may "
            "cost more than that. On whole batches it would be called once for each.",
            "Put it behind the batch, where its function works on whole batches as it stands.",
            link.key,
            link.site,
            link.set(True, "vectorized"),
            f"{PERFORMANCE}#vectorizing_mapping",
            about_time=True,
        )


def _elementwise(link: Link) -> bool:
    """Whether it is a map that does the same to a batch as to each of its elements."""
    function = link.function
    if link.kind != "map" or function is None or function.python or function.random:
        return False
    return function.operations > 0 and _ELEMENTWISE.issuperset(function.kinds)


def random_starts_over(links: Links) -> Iterator[Finding]:
    """Random numbers with a seed, the same ones in each epoch."""
    for link in links.all:
        if link.function is None or not link.function.seeded or link.kind not in _DRAWS:
            continue
        if any(one.function and one.function.seeded for one in links.nested(link)):
            continue
        outermost = _outermost(links, link)
        goes_on = any(one.passes == ENDLESS for one in links.behind(outermost, "repeat"))
        if goes_on or links.behind(outermost, "cache"):
            continue
        again = "draws the same numbers" if link.parallel else "makes the same choices"
        yield Finding(
            "random_starts_over",
            Severity.WRONG,
            "random numbers that start over in every epoch",
            f"The random numbers of {link.words} have a seed, and model.fit begins each epoch with "
            f"a new iterator, whose random numbers start over: every epoch {again}.",
            "Zip the data with Dataset.random(rerandomize_each_iteration=True) and draw by "
            "tf.random.stateless_* from those seeds, or leave out the seed.",
            link.key,
            link.site,
            {},
            "https://www.tensorflow.org/guide/random_numbers#stateless_rngs",
        )


_DRAWS = ("map", "flat_map", "interleave", "filter")


def _outermost(links: Links, link: Link) -> Link:
    while link.inside in links.by_key:
        link = links.by_key[link.inside]
    return link
