"""A pipeline as written, with its branches: of built-in stages and of someone's code alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from core.model.kinds import AUTOTUNE, DEFAULT, OFF, Value
from core.model.recorded_call import Argument, FunctionSeen, RecordedCall, Site
from core.pipeline.cardinality import Cardinality
from core.pipeline.method import Counts, Method, Slot
from core.pipeline.methods import of_kind
from core.pipeline.step_counts import CountedCall, times

CALLS = ("num_parallel_calls", "num_parallel_reads")
PROCESSES = "processes"


@dataclass(frozen=True)
class Node:
    """A stage that takes part in the pipeline.

    Attributes:
        key: Id of the stage.
        kind: Its kind: ``map``, ``cache``, ``tfrecord``, ... (see ``core.pipeline``).
        title: What people call it: the method, and the function that it applies.
        values: Its arguments as they are in force, by tf.data's own names.
        knobs: Ids of its knobs, by the argument that they set.
        off: The change that leaves it out; empty where it cannot be.
        function: What is known of the function that it applies.
        inputs: Keys of the nodes that it takes its elements from.
        inside: Key of the node in whose function it stands; empty outside of any.
        site: Its line in the person's own code.
        place: The same in words, where the line alone would not do; else empty.
        elements: How many elements it delivers (see ``core.pipeline.cardinality``); None where that
            is not known.
        files: How many files a reader reads; None where that is not known.
        element_bytes: Bytes of one element that it delivers; None where that is not known.
        count: How often the call is made.
        in_library: The call stands in an installed package.
        slots: What TensorFlow runs it as, from ``fit`` towards the source.
        opaque: It may run as anything: nobody can say beforehand what.
        part_of: Key of the function of TensorFlow that made it for itself; else empty.
    """

    key: str
    kind: str
    title: str = ""
    values: Mapping[str, Argument] = field(default_factory=lambda: MappingProxyType({}))
    knobs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    off: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    function: FunctionSeen | None = None
    inputs: tuple[str, ...] = ()
    inside: str = ""
    site: Site | None = None
    place: str = ""
    elements: int | None = None
    files: int | None = None
    element_bytes: int | None = None
    count: int = 1
    in_library: bool = False
    slots: tuple[Slot, ...] = ()
    opaque: bool = False
    part_of: str = ""

    @property
    def words(self) -> str:
        """What it is and where: ``map augment (line 12)``."""
        title = self.title or self.key
        place = self.place or (f"line {self.site.line}" if self.site is not None else "")
        return f"{title} ({place})" if place else title

    @property
    def method(self) -> Method:
        """What its method does."""
        return of_kind(self.kind)

    @property
    def calls(self) -> int | str | None:
        """Calls or reads at the same time, ``autotune`` among them; None where one by one."""
        calls = next((self.values[name] for name in CALLS if name in self.values), None)
        if calls in (None, OFF, DEFAULT) or isinstance(calls, (bool, float)):
            return None
        return calls

    @property
    def parallel(self) -> bool:
        """Whether several of its calls or reads may be under way at the same time."""
        return self.calls == AUTOTUNE or (isinstance(self.calls, int) and self.calls > 1)

    @property
    def python(self) -> bool:
        """Whether it calls Python for each element, and holds Python's lock meanwhile."""
        return self.function is not None and self.function.python and not self.in_processes

    @property
    def in_processes(self) -> bool:
        """Whether processes of their own call its Python function."""
        return self.number(PROCESSES) is not None

    @property
    def random(self) -> bool:
        """Whether its function draws random numbers."""
        return self.function is not None and self.function.random

    @property
    def stateful(self) -> bool:
        """Whether its random numbers come from operations that keep a state, as far as is known.

        The built-in workloads draw from seeds instead, which any thread may do.
        """
        return self.function is not None and self.function.random and bool(self.function.kinds)

    @property
    def reshuffles(self) -> bool:
        """Whether it puts elements into another order in each epoch."""
        return self.method.reshuffles(self.values)

    @property
    def step(self) -> CountedCall:
        """It as far as numbers of elements go."""
        return CountedCall(
            self.key,
            self.kind,
            self.values,
            self.inputs,
            self.inside,
            self.elements,
            self.count,
        )

    @property
    def passes(self) -> int | None:
        """Of a repeat: how often it goes through the data; see ``times``."""
        return times(self.step)

    def number(self, name: str) -> int | None:
        """An argument that is a whole number; None where it is another, or not known."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def set(self, value: Value, *names: str) -> dict[str, Value]:
        """The change that gives the first of these arguments that is a knob a value."""
        return next(({self.knobs[name]: value} for name in names if name in self.knobs), {})

    def set_processes(self, value: Value) -> dict[str, Value]:
        """The change of how many processes call its Python function; empty where none can."""
        return self.set(value, PROCESSES)

    def set_calls(self, value: Value) -> dict[str, Value]:
        """The change of how many calls or reads there are at the same time."""
        return self.set(value, *CALLS)


@dataclass(frozen=True)
class PipelineGraph:
    """All nodes of a pipeline.

    Attributes:
        all: In the order of the data, nested ones behind their own.
        rewrites: Whether TensorFlow may rewrite the pipeline (its default).
        injects: Whether one of its rewrites puts in a prefetch where none is last.
        joins: Nodes that one of its rewrites puts together with others of their name.
        deterministic: Whether the options keep the order; None where nobody says.
        absent: Changes that switch a stage on, by its kind (``prefetch``).
        threads: Threads of the private pool that its calls share; None for TensorFlow's own pool.
        cores: Cores that the process may use; None where that is not known.
        memory_bytes: Memory that is free; None where that is not known.
        batches: Batches that a run takes in all; None where it goes through all the data.
        beside: Calls of someone's code that are no part of it (see ``Opened``).
    """

    all: tuple[Node, ...]
    rewrites: bool = True
    injects: bool = True
    joins: tuple[str, ...] = ()
    deterministic: bool | None = None
    absent: Mapping[str, Mapping[str, Value]] = field(default_factory=lambda: MappingProxyType({}))
    threads: int | None = None
    cores: int | None = None
    memory_bytes: float | None = None
    batches: int | None = None
    beside: tuple[RecordedCall, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Node]:
        """Each by its key."""
        return MappingProxyType({node.key: node for node in self.all})

    @cached_property
    def cardinality(self) -> Cardinality:
        """How many elements pass where."""
        return Cardinality([node.step for node in self.all])

    @property
    def outer(self) -> tuple[Node, ...]:
        """Those on the way of the data to ``fit``, not inside a function."""
        return tuple(node for node in self.all if not node.inside)

    @property
    def last(self) -> Node | None:
        """The one that ``fit`` takes its batches from."""
        taken = {key for node in self.outer for key in node.inputs}
        open_ended = [node for node in self.outer if node.key not in taken]
        # In a loop that makes a chain longer, the last is an input of the first.
        return next(iter((*open_ended[::-1], *self.outer[::-1])), None)

    def of_kind(self, *kinds: str) -> tuple[Node, ...]:
        """Nodes of some kinds on the way of the data to ``fit``."""
        return tuple(node for node in self.outer if node.kind in kinds)

    def before(self, node: Node, *kinds: str) -> tuple[Node, ...]:
        """What its elements went through, in order; of some kinds only, where any are given."""
        return self._chosen(self._reached[node.key], kinds)

    def behind(self, node: Node, *kinds: str) -> tuple[Node, ...]:
        """What its elements go through afterwards, in order."""
        keys = {key for key, reached in self._reached.items() if node.key in reached}
        return self._chosen(keys, kinds)

    def batches_before(self, node: Node) -> tuple[Node, ...]:
        """What puts several elements into one before a node, in order."""
        return tuple(earlier for earlier in self.before(node) if earlier.method.batches)

    def batches_behind(self, node: Node) -> tuple[Node, ...]:
        """What puts several elements into one behind a node, in order."""
        return tuple(later for later in self.behind(node) if later.method.batches)

    def between(self, first: Node, second: Node, *kinds: str) -> tuple[Node, ...]:
        """What stands between two of them."""
        behind = {node.key for node in self.behind(first)}
        return tuple(node for node in self.before(second, *kinds) if node.key in behind)

    def first_as_many(self, key: str) -> Node:
        """The first stage behind which as many elements come as behind another: less work."""
        node = self.by_key[key]
        while node.method.counts is Counts.SAME and len(node.inputs) == 1:
            node = self.by_key[node.inputs[0]]
        return node

    def branches(self, node: Node) -> int:
        """How many datasets are made of a stage; each goes through it and all before it anew."""
        branches = 0
        for taker in self.all:
            # In a loop that makes a chain longer, what a call takes went through it before.
            again = taker.key == node.key or taker.key in self._reached[node.key]
            if node.key not in taker.inputs or again:
                continue
            looped = any(taker.key in {key, *self._reached.get(key, ())} for key in taker.inputs)
            at_once = taker.inputs.count(node.key)
            # Of what a loop makes the last alone may go on, the others within it.
            made = min(taker.count, self._taken(taker) or taker.count)
            branches += at_once if looped else max(made * at_once // max(node.count, 1), 1)
        return branches

    def _taken(self, node: Node) -> int:
        """How many datasets of a stage others take."""
        return sum(taker.count * taker.inputs.count(node.key) for taker in self.all)

    def repeats(self, node: Node) -> int:
        """How often the work of a stage is done: once for each dataset made of it, if not kept."""
        most = 1
        for parting in (node, *self.behind(node)):
            way = (node, *self.between(node, parting), parting)
            if not any(each.method.keeps for each in way):
                most = max(most, self.branches(parting))
        return most

    def cache_serves(self, *nodes: Node) -> bool:
        """Whether a cache behind stages would save their work: nothing random, all of it taken."""
        return not any(node.random or self.behind(node, "take") for node in nodes)

    def datasets_of_window(self, node: Node) -> int:
        """How many datasets the function of a stage behind ``window`` makes for each window.

        0 where all of them are one chain: then only one dataset comes with each window.
        """
        windows, nested = self.before(node, "window"), self.nested(node)
        if not nested or not windows:
            return 0
        if any(self.nested(passed) for passed in self.between(windows[-1], node)):
            return 0
        chains = sum(inner.count for inner in nested if not inner.inputs)
        return sum(inner.count for inner in nested) if chains > 1 else 0

    def elements_before(self, node: Node) -> int | None:
        """How many elements come to a stage from its first input; None where that is unknown."""
        source = self.by_key.get(node.inputs[0]) if node.inputs else None
        return None if source is None else source.elements

    def runs_python(self, node: Node) -> bool:
        """Whether a stage, or a call in its function, calls Python for each element."""
        inner = any(inner.python for inner in self.nested(node))
        return inner or node.python or node.kind == "from_generator"

    def nested(self, node: Node) -> tuple[Node, ...]:
        """What stands in its function, and in the functions of those."""
        inner = [candidate for candidate in self.all if candidate.inside == node.key]
        return (*inner, *(deep for child in inner for deep in self.nested(child)))

    def exits(self, node: Node) -> tuple[Node, ...]:
        """What its function gives: the last of what stands in it."""
        inner = [candidate for candidate in self.all if candidate.inside == node.key]
        taken = {key for child in inner for key in child.inputs}
        return tuple(child for child in inner if child.key not in taken)

    def _chosen(self, keys: Iterable[str], kinds: tuple[str, ...]) -> tuple[Node, ...]:
        wanted = set(keys)
        return tuple(
            node for node in self.all if node.key in wanted and (not kinds or node.kind in kinds)
        )

    @cached_property
    def _reached(self) -> dict[str, frozenset[str]]:
        """For each key the keys of all that its elements went through."""
        return {node.key: frozenset(self._reach(node)) for node in self.all}

    def _reach(self, node: Node) -> set[str]:
        keys: set[str] = set()
        waiting = list(node.inputs)
        while waiting:
            key = waiting.pop()
            if key in keys or key == node.key:
                continue
            keys.add(key)
            if key in self.by_key:
                waiting += self.by_key[key].inputs
        return keys
