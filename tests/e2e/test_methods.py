"""Every method of tf.data, alone and beside every other: TensorFlow runs what the table says."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.lazy import tf
from core.measure.pipeline_probe import read_pipeline
from core.pipeline.graph.executed import Change, Executed, match
from core.pipeline.method import Form
from core.pipeline.methods import METHODS
from core.pipeline.recorded_chain.chain import user_code_chain
from core.user_code.observed.calls import recorded_calls
from core.user_code.observed.observer import Observer

pytestmark = pytest.mark.e2e

_numbers = itertools.count()


def plain(x: Any) -> Any:
    return x + 1


def flat(x: Any) -> Any:
    """A few of its numbers: pipelines here pass what they are given on to the next."""
    return tf.reshape(x.to_tensor() if isinstance(x, tf.RaggedTensor) else x, [-1])[:4]


def first(*parts: Any) -> Any:
    return parts[0]


def is_valid(x: Any) -> Any:
    return tf.reduce_min(x) > -1


def dense(x: Any) -> Any:
    return tf.sparse.to_dense(x)[:, :2]


def other() -> Any:
    return tf.data.Dataset.range(10**6)


# Each method by itself, on numbers and on batches of them alike.
STAGES: dict[str, Callable[[Any, str], Any]] = {
    "map": lambda ds, new: ds.map(plain),
    "map in parallel": lambda ds, new: ds.map(plain, num_parallel_calls=2),
    "filter": lambda ds, new: ds.filter(is_valid),
    "scan": lambda ds, new: ds.scan(0, lambda state, x: (state + 1, x)),
    "take_while": lambda ds, new: ds.take_while(is_valid),
    "ignore_errors": lambda ds, new: ds.ignore_errors(),
    "flat_map": lambda ds, new: ds.flat_map(tf.data.Dataset.from_tensors),
    "interleave": lambda ds, new: ds.interleave(
        lambda x: tf.data.Dataset.from_tensors(x).repeat(2), cycle_length=2
    ),
    "interleave in parallel": lambda ds, new: ds.interleave(
        lambda x: tf.data.Dataset.from_tensors(x).map(plain),
        cycle_length=2,
        num_parallel_calls=2,
    ),
    "batch": lambda ds, new: ds.batch(2, drop_remainder=True),
    "batch in parallel": lambda ds, new: ds.batch(2, True, num_parallel_calls=2),
    "padded_batch": lambda ds, new: ds.padded_batch(2, drop_remainder=True),
    "ragged_batch": lambda ds, new: ds.map(flat).ragged_batch(2).map(flat),
    "sparse_batch": lambda ds, new: ds.map(flat).sparse_batch(2, [4]).map(dense),
    "bucket_by_sequence_length": lambda ds, new: ds.map(flat).bucket_by_sequence_length(
        lambda x: tf.size(x), [100], [2, 2]
    ),
    "group_by_window": lambda ds, new: ds.group_by_window(
        lambda x: tf.constant(0, tf.int64), lambda key, window: window.batch(2), 2
    ),
    "window": lambda ds, new: ds.window(2).flat_map(lambda window: window.batch(2)),
    "rebatch": lambda ds, new: ds.batch(4).rebatch(2),
    "unbatch": lambda ds, new: ds.batch(2).unbatch(),
    "enumerate": lambda ds, new: ds.enumerate().map(lambda number, x: x),
    "shuffle": lambda ds, new: ds.shuffle(3),
    "prefetch": lambda ds, new: ds.prefetch(2),
    "cache": lambda ds, new: ds.cache(),
    "cache in a file": lambda ds, new: ds.cache(new),
    "snapshot": lambda ds, new: ds.snapshot(new),
    "repeat": lambda ds, new: ds.repeat(),
    "repeat twice": lambda ds, new: ds.repeat(2),
    "take": lambda ds, new: ds.take(10**5),
    "skip": lambda ds, new: ds.skip(1),
    "shard": lambda ds, new: ds.shard(2, 0),
    "with_options": lambda ds, new: ds.with_options(tf.data.Options()),
    "concatenate": lambda ds, new: ds.concatenate(ds),
    "zip": lambda ds, new: tf.data.Dataset.zip(ds, other().map(plain)).map(first),
    "choose_from_datasets": lambda ds, new: tf.data.Dataset.choose_from_datasets(
        [ds, ds.skip(1)], other().map(lambda x: x % 2)
    ),
    "sample_from_datasets": lambda ds, new: tf.data.Dataset.sample_from_datasets([ds, ds.skip(1)]),
    "apply": lambda ds, new: ds.apply(lambda given: given.map(plain)),
}
DOES_NOTHING: dict[str, Callable[[Any, str], Any]] = {
    "take": lambda ds, new: ds.take(-1),
    "skip": lambda ds, new: ds.skip(0),
    "repeat": lambda ds, new: ds.repeat(1),
    "shard": lambda ds, new: ds.shard(1, 0),
}


def call(make: Callable[[], Any]) -> Any:
    return make()


class Ran:
    """A pipeline that was watched while it was made, as written and as TensorFlow rewrites it."""

    def __init__(self, make: Callable[[], Any]) -> None:
        with Observer(call.__code__) as observer:
            self._dataset = call(make)
        self.calls = recorded_calls(observer, self._dataset)

    def executed(self, *, rewritten: bool) -> Executed:
        options = tf.data.Options()
        if not rewritten:
            options.experimental_optimization.apply_default_optimizations = False
            options.experimental_optimization.inject_prefetch = False
        iterator = iter(self._dataset.with_options(options))
        next(iterator)
        return match(user_code_chain(self.calls).defaults(), read_pipeline(iterator))


LONGEST = 8


def made(folder: Path, *stages: Callable[[Any, str], Any]) -> Ran:
    def step(dataset: Any, number: int) -> Any:
        new = str(folder / str(next(_numbers)))
        return stages[number](dataset, new) if number < len(stages) else dataset

    def make() -> Any:
        # A line for each: in a loop all of them would be one call.
        dataset = tf.data.Dataset.range(10**6)
        dataset = step(dataset, 0)
        dataset = step(dataset, 1)
        dataset = step(dataset, 2)
        dataset = step(dataset, 3)
        dataset = step(dataset, 4)
        dataset = step(dataset, 5)
        dataset = step(dataset, 6)
        return step(dataset, 7)

    return Ran(make)


def by_place(ran: Ran, executed: Executed) -> dict[int, list[str]]:
    """Names of nodes by the line of ``made`` whose stages they come from, without nested ones."""
    lines = sorted({one.path[0].line for one in ran.calls})
    places = {one.key: lines.index(one.path[0].line) for one in ran.calls}
    nested = {one.key for one in ran.calls if one.inside not in ("", "apply")}
    found: dict[int, list[str]] = {}
    for stage in executed.stages:
        for key in stage.stages:
            if key not in nested:
                found.setdefault(places[key], []).append(stage.node.name)
    return found


OFTEN = (
    "map", "interleave in parallel", "batch", "unbatch", "shuffle", "prefetch", "cache", "repeat",
    "zip", "choose_from_datasets", "apply",
)  # fmt: skip
"""One of each way in which a stage may run: these stand beside each other and themselves."""


def walks() -> list[list[str]]:
    """Ways through the stages on which each of these stands behind every other and itself."""
    left = {name: list(OFTEN) for name in OFTEN}
    # A way over every step once and back (Hierholzer), in pieces.
    way, trail = [OFTEN[0]], list[str]()
    while way:
        if left[way[-1]]:
            way.append(left[way[-1]].pop())
        else:
            trail.append(way.pop())
    pieces = [trail[at : at + LONGEST] for at in range(0, len(trail) - 1, LONGEST - 1)]
    beside = itertools.cycle(OFTEN)
    rest = [part for name in STAGES if name not in OFTEN for part in (next(beside), name)]
    pieces += [rest[at : at + LONGEST] for at in range(0, len(rest), LONGEST)]
    return pieces


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The nodes of each stage where there is no other; the source's left out."""
    found = {}
    for name, stage in STAGES.items():
        ran = made(tmp_path_factory.mktemp("alone"), stage)
        executed = ran.executed(rewritten=False)
        assert executed.as_written, (name, executed)
        found[name] = set(by_place(ran, executed).get(1, []))
    return found


def test_the_table_has_every_method_of_tensorflow_with_its_arguments() -> None:
    dataset = tf.data.Dataset
    owners = {
        Form.METHOD: dataset, Form.STATIC: dataset, Form.READER: tf.data,
        Form.STRATEGY: tf.distribute.Strategy, Form.APPLIED: tf.data.experimental.service,
    }  # fmt: skip
    for method in METHODS.values():
        if method.arguments:
            owner = owners[method.form]
            if owner is tf.data and not hasattr(owner, method.name):
                owner = tf.data.experimental
            found = inspect.signature(getattr(owner, method.name)).parameters
            first = method.form in (Form.METHOD, Form.STRATEGY)
            assert method.arguments == tuple(found)[first:], method.name
    makes = {
        name
        for name in dir(dataset)
        if not name.startswith("_") and name not in ("element_spec", *GIVE_NO_DATASET)
    }
    assert makes <= set(METHODS)


GIVE_NO_DATASET = (
    "as_numpy_iterator", "cardinality", "fingerprint", "get_single_element", "options", "reduce",
    "save",
)  # fmt: skip


def test_each_stage_alone_runs_as_the_nodes_that_the_table_names(
    alone: dict[str, set[str]],
) -> None:
    for name, nodes in alone.items():
        method = METHODS[name.partition(" in ")[0].partition(" twice")[0]]
        for slot in method.slots:
            assert slot.may_lack or set(slot.names) & nodes, (name, nodes)


def test_each_stage_has_its_own_nodes_beside_every_other(
    alone: dict[str, set[str]], tmp_path: Path
) -> None:
    for names in walks():
        ran = made(tmp_path, *(STAGES[name] for name in names))
        written = ran.executed(rewritten=False)
        found = by_place(ran, written)
        assert written.as_written, (names, written)
        for place, name in enumerate(names, 1):
            # What stands before a dataset that is taken twice runs twice.
            assert set(found.get(place, ())) == alone[name], (names, place, found)
        rewritten = ran.executed(rewritten=True)
        assert rewritten.left_out == rewritten.unseen == (), (names, rewritten)
        assert not any(stage.change is Change.UNKNOWN for stage in rewritten.stages), names
        put_in = [stage.node for stage in rewritten.stages if stage.change is Change.INJECTED]
        assert [node.name for node in put_in if node.depth != 1] == []
        places = by_place(ran, rewritten)
        assert all(places.get(place) or not alone[name] for place, name in enumerate(names, 1))


@pytest.mark.parametrize("name", DOES_NOTHING)
def test_only_what_tensorflow_leaves_out_is_called_left_out(name: str, tmp_path: Path) -> None:
    ran = made(tmp_path, STAGES[name], DOES_NOTHING[name], STAGES["map"])
    assert ran.executed(rewritten=False).as_written
    left_out = ran.executed(rewritten=True).left_out
    assert left_out == (ran.calls[2].key,)


def test_a_map_that_another_is_put_together_with_is_not_left_out(tmp_path: Path) -> None:
    options = tf.data.Options()
    options.experimental_optimization.map_fusion = True
    ran = made(tmp_path, STAGES["map"], STAGES["map"], lambda ds, new: ds.with_options(options))
    executed = ran.executed(rewritten=True)
    assert executed.left_out == ()
    assert [stage.stages for stage in executed.stages if stage.change is Change.FUSED] == [
        ("map[plain-1]", "map[plain-2]")
    ]


def test_a_prefetch_in_the_middle_is_not_the_one_that_tensorflow_put_in(tmp_path: Path) -> None:
    ran = made(tmp_path, STAGES["prefetch"], STAGES["batch"], STAGES["take"])
    found = [
        (stage.stages, stage.change)
        for stage in ran.executed(rewritten=True).stages
        if stage.node.name == "Prefetch"
    ]
    assert found == [(("prefetch",), Change.NONE), ((), Change.INJECTED)]


def test_both_sides_of_a_zip_and_what_stands_inside_have_their_own_stages(tmp_path: Path) -> None:
    def sides(ds: Any, new: str) -> Any:
        left = ds.shuffle(4).map(plain).map(plain)
        right = ds.interleave(lambda x: tf.data.Dataset.range(9).map(plain).filter(is_valid))
        return tf.data.Dataset.zip(left, right)

    executed = made(tmp_path, sides).executed(rewritten=False)
    assert [stage.stages[0] for stage in executed.stages] == [
        "range[1]", "shuffle", "map[plain-1]", "map[plain-2]",
        "range[1]", "range[2]", "map[plain-3]", "filter", "interleave", "zip",
    ]  # fmt: skip


def test_what_a_service_runs_is_said_to_run_there(tmp_path: Path) -> None:
    service = tf.data.experimental.service
    dispatcher = service.DispatchServer()
    address = dispatcher.target.partition("://")[2]
    worker = service.WorkerServer(service.WorkerConfig(dispatcher_address=address))
    distribute = service.distribute("parallel_epochs", dispatcher.target)
    ran = made(tmp_path, STAGES["map"], lambda ds, new: ds.apply(distribute), STAGES["batch"])
    for rewritten in (False, True):
        executed = ran.executed(rewritten=rewritten)
        assert executed.served == ("range", "map")
        assert executed.left_out == executed.unseen == ()
        assert executed.stages[-1].stages[-1:] == ("batch",) or rewritten
    worker.stop()
    dispatcher._stop()
