"""What can be said of a method of tf.data: the columns of the table in ``methods``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from core.model.recorded_call import Argument
from core.python_versions import StrEnum


class Form(Enum):
    """How a method is called."""

    METHOD = auto()
    """On a dataset."""
    STATIC = auto()
    """On the class ``tf.data.Dataset``."""
    READER = auto()
    """A class of ``tf.data`` that reads files."""
    STRATEGY = auto()
    """On a ``tf.distribute.Strategy``: model.fit does it itself, so it leaves no node."""
    APPLIED = auto()
    """A function that makes what ``apply`` is given."""
    OTHER = auto()
    """Something that is not in this table, of which nothing is known."""


class Counts(Enum):
    """What a method does to the number of elements."""

    SAME = auto()
    BATCHED = auto()
    TAKEN = auto()
    SKIPPED = auto()
    SHARDED = auto()
    REPEATED = auto()
    SHORTEST = auto()
    SUM = auto()
    CHOSEN = auto()
    """Datasets take turns as another one says, until the first of them ends."""
    SAMPLED = auto()
    """Datasets take turns at random, until the last of them ends."""
    ENDLESS = auto()
    MAY_END = auto()
    """It may stop before its data end."""
    DISTINCT = auto()
    """Each element once: what comes again is left out."""
    INSIDE = auto()
    """As the calls in its function say."""
    OTHER = auto()


class Shape(Enum):
    """What an element is made of."""

    SAME = auto()
    """It is one of those that come in, and nothing looks at it."""
    BATCHED = auto()
    WINDOWED = auto()
    """Several elements, which may be a batch or a series of steps."""
    REBATCHED = auto()
    UNBATCHED = auto()
    PAIRED = auto()
    """One element of each of several datasets."""
    SINGLE = auto()
    """A source of single elements."""
    OTHER = auto()
    """What a function or the person's data make of it."""


class Draws(StrEnum):
    """What is another in each epoch, in words that go behind the method's name."""

    NOTHING = ""
    ORDER = "gives another order in each epoch"
    ELEMENTS = "draws at random"


class Cost(Enum):
    """How much a method works, as far as its name says."""

    NONE = auto()
    """Hands elements on."""
    COPIES = auto()
    """Keeps or copies elements."""
    WORKS = auto()
    """Runs a function, or reads."""


@dataclass(frozen=True)
class Slot:
    """One node that a stage runs as.

    Attributes:
        names: Names that it may have.
        parallel: Those of them that it has with parallel calls.
        may_lack: TensorFlow may leave it out.
    """

    names: tuple[str, ...]
    parallel: tuple[str, ...] = ()
    may_lack: bool = False


@cache
def _slot(text: str) -> Slot:
    """A node as the table writes it."""
    plain, _, parallel = text.removesuffix("?").partition(">")
    more = tuple(filter(None, (parallel,)))
    return Slot((*plain.split("|"), *more), more, text.endswith("?"))


@dataclass(frozen=True)
class Method:
    """A method of tf.data.

    Attributes:
        name: Its own.
        form: How it is called.
        nodes: Names of the nodes that it runs as, from ``fit`` towards the source. ``A|B``: one or
            the other; ``A>B``: B with parallel calls; ``A?``: TensorFlow may leave it out.
        arguments: In the order in which they may be given, without the dataset; empty where any
            number may be given.
        counts: What it does to the number of elements.
        shape: What its elements are.
        cost: How much it works.
        draws: What is another in each epoch.
        kind: The first half of its knobs' ids.
        reads: Nodes that it opens for itself, one for each file.
        own_first: Its node has a stream of its own before those that it is given.
        last_first: Its node takes the last of its datasets first.
        makes_datasets: Its function gives a dataset for each element.
        keeps: It keeps the elements of the first epoch.
        fills: The argument that says how many elements it takes before it delivers one.
        worth_keeping: What it does is worth a cache behind it.
    """

    name: str
    form: Form = Form.OTHER
    nodes: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    counts: Counts = Counts.OTHER
    shape: Shape = Shape.OTHER
    cost: Cost = Cost.WORKS
    draws: Draws = Draws.NOTHING
    kind: str = ""
    reads: tuple[str, ...] = ()
    own_first: bool = False
    last_first: bool = False
    makes_datasets: bool = False
    keeps: bool = False
    fills: str = ""
    worth_keeping: bool = False

    @property
    def known(self) -> bool:
        """Whether it is in the table."""
        return self.form is not Form.OTHER

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Its nodes, from ``fit`` towards the source."""
        return tuple(_slot(text) for text in self.nodes)

    @property
    def is_class(self) -> bool:
        """Whether it is called as a class, which takes no dataset."""
        return self.name.endswith("Dataset")

    @property
    def opaque(self) -> bool:
        """Whether it runs as nodes that nobody can name beforehand."""
        return not self.nodes and self.cost is not Cost.NONE

    @property
    def hides(self) -> bool:
        """Whether its node is fed by others too than by those of its datasets."""
        groups = self.shape is Shape.BATCHED and self.counts is not Counts.BATCHED
        opens = self.makes_datasets or self.own_first or groups
        return not self.known or opens or self.is_source

    @property
    def is_source(self) -> bool:
        """Whether it starts a chain, of data that are the same in every epoch."""
        starts = self.form is Form.READER or (
            self.form is Form.STATIC and self.shape in (Shape.SINGLE, Shape.OTHER)
        )
        return starts and self.draws is not Draws.ELEMENTS

    @property
    def batches(self) -> bool:
        """Whether an element that it delivers is made of several that came in."""
        return self.shape in (Shape.BATCHED, Shape.WINDOWED, Shape.REBATCHED)

    @property
    def cuts(self) -> bool:
        """Whether it may leave the rest of its data unread."""
        return self.counts is Counts.TAKEN or self.name == "take_while"

    @property
    def interleaves(self) -> bool:
        """Whether it takes elements of several datasets in turn."""
        return "cycle_length" in self.arguments

    @property
    def splits(self) -> bool:
        """Whether it delivers a part of its data that is chosen by their places."""
        return self.counts in (Counts.TAKEN, Counts.SKIPPED, Counts.SHARDED)

    @property
    def filters(self) -> bool:
        """Whether it may leave out any number of elements, by what is in them."""
        plain = self.form is Form.METHOD and self.shape is Shape.OTHER and not self.makes_datasets
        return plain and self.cost is Cost.WORKS and self.counts in (Counts.OTHER, Counts.MAY_END)

    def reshuffles(self, values: Mapping[str, Argument]) -> bool:
        """Whether it puts elements into another order in each epoch, with these arguments."""
        if self.draws is not Draws.ORDER:
            return False
        given = "reshuffle_each_iteration" if self.fills else "shuffle"
        return values.get(given) is not False and values.get(self.fills) != 1

    def changes_nothing(self, values: Mapping[str, Argument]) -> bool:
        """Whether TensorFlow may leave it out, with these arguments: all goes through as it is."""
        return any(
            name in values and values[name] == value
            for name, value in _CHANGES_NOTHING.get(self.name, {}).items()
        )


_CHANGES_NOTHING: Mapping[str, Mapping[str, Argument]] = {
    "take": {"count": -1},
    "skip": {"count": 0},
    "repeat": {"count": 1},
    "shard": {"num_shards": 1},
    "prefetch": {"buffer_size": 0},
}
