"""What each method of tf.data is as a stage: its kind, its words, and which arguments are knobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from core.model.kinds import AUTOTUNE, DEFAULT, OFF, OneOf, Toggle, Value, Whole
from core.model.knob import ENABLED, Knob, tunable
from core.model.recorded_call import Argument, RecordedCall
from core.model.training_change import ChangeKind, TrainingChange
from core.pipeline.stages.batch import Batch
from core.pipeline.stages.interleave import Interleave
from core.pipeline.stages.map import PARALLEL_CALLS
from core.pipeline.stages.prefetch import Prefetch
from core.pipeline.stages.shuffle import Shuffle
from core.pipeline.workers.py_dataset import KIND, PY_DATASET_KNOBS, URL

_DOCS = "https://www.tensorflow.org/api_docs/python/tf/data/"
_STRATEGY = "https://www.tensorflow.org/api_docs/python/tf/distribute/Strategy"


@dataclass(frozen=True)
class RecordedKind:
    """A method as a kind of stage.

    Attributes:
        help: What it does, in a sentence.
        arguments: Knobs by the argument that they set; their defaults are what an argument that
            is None stands for.
        can_be_off: It may be left out without another effect on the training than order or time.
        url: Where it is documented.
    """

    help: str
    arguments: Mapping[str, Knob] = field(default_factory=lambda: MappingProxyType({}))
    can_be_off: bool = False
    url: str = ""

    def knobs(self, call: RecordedCall) -> tuple[Knob, ...]:
        """The knobs of a call, each at the value that the code gives it.

        An argument whose value is no plain one, or beyond what its knob takes, has none.
        """
        knobs = []
        if self.can_be_off and OFF not in _words(self.arguments.get("buffer_size")):
            knobs.append(_ENABLED)
        for name, knob in self.arguments.items():
            if name not in call.arguments:
                continue
            value = self.value(name, call.arguments[name])
            if value is None:
                continue
            if value == DEFAULT and isinstance(knob.kind, Whole):
                # What TensorFlow takes then depends on the machine: no number says it.
                knob = replace(knob, kind=replace(knob.kind, words=(DEFAULT, *knob.kind.words)))
            if name == "num_parallel_calls" and self._order_follows(call):
                knob = replace(knob, changes_training=_TURNS)
            knobs.append(replace(knob, default=value))
        return tuple(knobs)

    def _order_follows(self, call: RecordedCall) -> bool:
        """Whether the order of the elements follows from how many calls are parallel."""
        given = call.arguments.get("cycle_length", AUTOTUNE)
        return "cycle_length" in self.arguments and given in (None, AUTOTUNE)

    def value(self, name: str, argument: Argument) -> Value | None:
        """What an argument is as a value of its knob; None where it is none."""
        knob = self.arguments[name]
        if argument is None:
            return knob.default if knob.default in (OFF, DEFAULT) else DEFAULT
        if isinstance(knob.kind, OneOf):
            argument = "on" if argument is True else "off" if argument is False else argument
        try:
            return knob.kind.check(argument)
        except ValueError:
            return None


def argument_of(value: Value) -> bool | int | float | str | None:
    """A knob's value as an argument, AUTOTUNE as ``autotune``; None for what is off or default."""
    if value in (OFF, DEFAULT):
        return None
    return {"on": True}.get(value, value) if isinstance(value, str) else value


def _words(knob: Knob | None) -> tuple[str, ...]:
    return knob.kind.words if knob is not None and isinstance(knob.kind, Whole) else ()


def _borrowed(knobs: tuple[Knob, ...], *names: str) -> dict[str, Knob]:
    """Knobs that stages of the built-in workloads declare, with their words."""
    return {knob.name: knob for knob in knobs if knob.name in names}


_TURNS = TrainingChange(
    "other parallel calls: without a cycle_length, how many datasets take turns follows from them, "
    "and so does the order of the examples",
    ChangeKind.ORDER,
)
_ENABLED = Knob(
    name=ENABLED,
    label="on",
    help="Whether the call is made at all.",
    cannot_help="Left out, what it kept has to be worked out anew in every epoch.",
    kind=Toggle(),
    default=True,
    main=True,
)
_DETERMINISTIC = Knob(
    name="deterministic",
    label="deterministic",
    help="On, elements come in order; off, whichever is ready first. Default: as the options say.",
    cannot_help="Off helps only where some elements take much longer than others.",
    kind=OneOf((DEFAULT, "on", "off")),
    default=DEFAULT,
    changes_training=TrainingChange(
        "deterministic differs: with it off, the order of the examples is another in every run",
        ChangeKind.ORDER,
    ),
    advanced=True,
)
_BATCH_CALLS = Knob(
    name="num_parallel_calls",
    label="parallel calls",
    help="How many batches are put together at the same time.",
    cannot_help="Cannot help where the elements come one after the other.",
    kind=tunable(64, (2, 4)),
    default=OFF,
    unit="calls",
)
_READS = Knob(
    name="num_parallel_reads",
    label="parallel reads",
    help="How many of the files are read at the same time, their records taken in turn.",
    cannot_help=(
        "Cannot help with a single file or a warm file cache. Too many readers can overload a disk."
    ),
    kind=tunable(64, (2, 4, 8)),
    default=OFF,
    unit="files",
    changes_training=TrainingChange(
        "other parallel reads: the model sees the examples in another order", ChangeKind.ORDER
    ),
)
_SHUFFLE_SIZE = replace(
    Shuffle().knobs[0],
    kind=Whole(1, 2**31 - 1, tries=(256, 1024, 4096)),
    default=1024,
)
_BATCH = {
    **_borrowed(Batch().knobs, "batch_size", "drop_remainder"),
    "num_parallel_calls": _BATCH_CALLS,
    "deterministic": _DETERMINISTIC,
}
_MAP = {"num_parallel_calls": PARALLEL_CALLS, "deterministic": _DETERMINISTIC}
_READER = {"num_parallel_reads": _READS}

KINDS: Mapping[str, RecordedKind] = MappingProxyType(
    {
        "map": RecordedKind("Applies a function to every element.", _MAP),
        "interleave": RecordedKind(
            "Makes a dataset of each element and takes from several of them in turn.",
            {
                **_borrowed(
                    Interleave.declared(), "cycle_length", "block_length", "num_parallel_calls"
                ),
                "deterministic": _DETERMINISTIC,
            },
        ),
        "batch": RecordedKind(Batch.help, _BATCH),
        "padded_batch": RecordedKind(
            "Stacks elements of unlike length, filled up to the longest, into a batch.",
            _borrowed(Batch().knobs, "batch_size", "drop_remainder"),
        ),
        "cache": RecordedKind(
            "Keeps the elements of the first epoch, so later epochs skip that work.",
            can_be_off=True,
        ),
        "shuffle": RecordedKind(
            "Draws the next element at random from a buffer of elements.",
            {"buffer_size": _SHUFFLE_SIZE},
        ),
        "prefetch": RecordedKind(
            Prefetch.help,
            _borrowed(Prefetch().knobs, "buffer_size"),
            can_be_off=True,
        ),
        "TFRecordDataset": RecordedKind(
            "Reads the records of TFRecord files.",
            _READER,
            url=f"{_DOCS}TFRecordDataset",
        ),
        "TextLineDataset": RecordedKind(
            "Reads the lines of text files.",
            _READER,
            url=f"{_DOCS}TextLineDataset",
        ),
        "FixedLengthRecordDataset": RecordedKind(
            "Reads records of equal length from files.",
            _READER,
            url=f"{_DOCS}FixedLengthRecordDataset",
        ),
        "flat_map": RecordedKind(
            "Makes a dataset of each element and takes from one after the other.",
        ),
        "filter": RecordedKind(
            "Lets through the elements for which a function says so.",
        ),
        "repeat": RecordedKind("Goes through the data again and again."),
        "take": RecordedKind("Takes so many elements."),
        "skip": RecordedKind("Leaves out so many elements."),
        "zip": RecordedKind("Puts the elements of several datasets side by side."),
        "unbatch": RecordedKind("Takes batches apart."),
        "from_generator": RecordedKind(
            "Elements come from a Python generator, which holds the GIL.",
        ),
        "from_tensor_slices": RecordedKind(
            "Elements are slices of arrays in memory.",
        ),
        "from_tensors": RecordedKind("A single element in memory."),
        "list_files": RecordedKind(
            "Names of files that match a pattern.",
        ),
        "range": RecordedKind("Counts."),
        "dataset": RecordedKind(
            "Was there before the function was called, made at the top of a file, by an earlier "
            "call or on another thread: nothing of it can be changed here.",
            url=_DOCS + "Dataset",
        ),
        KIND: RecordedKind(
            "Makes whole batches in Python; Keras asks for them on its own threads or processes.",
            {knob.name: knob for knob in PY_DATASET_KNOBS},
            url=URL,
        ),
        "apply": RecordedKind(
            "A transformation of TensorFlow's own, as it is.", url=_DOCS + "Dataset#apply"
        ),
        "experimental_distribute_dataset": RecordedKind(
            "Hands each replica its share of a batch. Here model.fit does that itself: the dataset "
            "before it is what runs.",
            url=_STRATEGY + "#experimental_distribute_dataset",
        ),
        "distribute_datasets_from_function": RecordedKind(
            "Makes a dataset for each worker. Here the first one's is what runs.",
            url=_STRATEGY + "#distribute_datasets_from_function",
        ),
    }
)
"""Methods of which more is said; any other is shown as it is (see ``kind_of``)."""


def kind_of(method: str) -> RecordedKind:
    """A method as a kind of stage."""
    recorded_kind = KINDS.get(method) or RecordedKind(f"tf.data's {method}.")
    return (
        recorded_kind
        if recorded_kind.url
        else replace(recorded_kind, url=f"{_DOCS}Dataset#{method}")
    )


__all__ = ["AUTOTUNE", "KINDS", "RecordedKind", "argument_of", "kind_of"]
