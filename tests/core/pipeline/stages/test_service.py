"""The stage service: when it is on, where it stands, what it says of the training."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model.errors import InputError, RunError
from core.model.plan import PROCESS, WINDOW
from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.build import write
from core.pipeline.graph.written_graph import graph_of
from core.pipeline.recorded_chain.chain import user_code_chain
from core.pipeline.service_check import check_service
from core.pipeline.stages.process import check_engine
from core.pipeline.stages.service import Service
from core.pipeline.training import lost_order, training_changes
from core.session.engine_choice import engine_for
from core.workloads.catalogue import workload

ADDRESS = "service.address=grpc://host:5050"


def settings(*assignments: str, name: str = "augmented") -> Settings:
    return workload(name).chain.defaults().with_assignments(assignments)


def stage_of(chosen: Settings) -> Service:
    return next(stage for stage in chosen.chain.stages if isinstance(stage, Service))


def call(key: str, method: str, line: int, *inputs: str, python: bool = False) -> RecordedCall:
    site = Site("/own/train.py", line)
    function = FunctionSeen("work", python=python) if method == "map" else None
    return RecordedCall(
        key, method, (site,), {"name": None}, inputs=inputs, function=function, elements=100
    )


OWN = (
    call("range", "range", 1),
    call("map", "map", 2, "range", python=True),
    call("batch", "batch", 3, "map"),
    call("prefetch", "prefetch", 4, "batch"),
)


def test_it_is_on_with_workers_or_an_address_and_off_clears_both() -> None:
    for assignments in (("service.workers=2",), (ADDRESS,), ("service.workers=2", ADDRESS)):
        on = settings(*assignments)
        stage = stage_of(on)
        assert stage.is_on(on)
        assert not stage.is_on(on.switched(stage, on=False))
    assert not stage_of(settings()).is_on(settings())


def test_off_it_leaves_no_trace(tmp_path: Path) -> None:
    plain = settings()
    data = SourceData(tmp_path, tmp_path)
    assert "service" not in "".join((*write(plain, data).lines, *write(plain, data).functions))
    assert not graph_of(plain).of_kind("service")
    assert lost_order(plain) == ()


def test_without_sharding_an_epoch_is_a_copy_a_worker_and_that_is_said() -> None:
    before = settings()
    assert training_changes(before, settings("service.workers=1")) == ()
    alone = settings("service.workers=1", "service.sharding=off")
    assert training_changes(before, alone) == ()
    changes = training_changes(before, settings("service.workers=2", "service.sharding=off"))
    assert any("one whole copy a worker" in change.words for change in changes)
    changes = training_changes(before, settings(ADDRESS, "service.sharding=off"))
    assert any("one whole copy a worker" in change.words for change in changes)


def test_several_workers_lose_the_order_and_one_keeps_it() -> None:
    assert lost_order(settings("service.workers=1")) == ()
    for assignment in ("service.workers=2", ADDRESS):
        assert lost_order(settings(assignment)) == (
            "the service's workers deliver as they are ready",
        )


def test_where_nothing_is_started_building_says_so(tmp_path: Path) -> None:
    chosen = settings("service.workers=2", name="in_memory")
    data = SourceData(tmp_path, tmp_path)
    stage = stage_of(chosen)
    with pytest.raises(RunError, match=r"service\.workers"):
        stage.apply(object(), chosen, data)


@pytest.mark.parametrize(
    ("name", "assignments", "named"),
    [
        ("augmented", ("map.implementation=python",), "map"),
        ("npz_shards", ("source.reader=numpy",), "interleave"),
    ],
)
def test_a_python_function_in_front_is_said_before_the_run(
    name: str, assignments: tuple[str, ...], named: str
) -> None:
    check_service(settings(*assignments, name=name))
    with pytest.raises(InputError, match="is a Python function") as caught:
        check_service(settings(*assignments, "service.workers=2", name=name))
    assert caught.value.what.startswith(named)
    assert caught.value.remedy
    check_service(settings("service.workers=2", name=name))


def test_in_their_own_code_it_names_the_line_and_may_be_put_in_front_of_it() -> None:
    chosen = user_code_chain(OWN).defaults().with_assignments(["service[added].workers=2"])
    with pytest.raises(InputError, match=r"map work \(line 2\)"):
        check_service(chosen)
    check_service(chosen.with_assignments(["service[added].position=range"]))


def test_in_their_own_code_it_stands_behind_any_call_and_last_at_first() -> None:
    chain = user_code_chain(OWN)
    chosen = chain.defaults().with_assignments(["service[added].workers=2"])
    for position, behind in (("batch", "batch"), ("map", "map"), ("range", "range")):
        moved = chosen.with_assignments([f"service[added].position={position}"])
        keys = [stage.key for stage in moved.stages_in_order() if stage.is_on(moved)]
        assert keys[keys.index("service[added]") - 1] == behind
        graph = graph_of(moved)
        (node,) = graph.of_kind("service")
        assert node.inputs == (behind,)
        (after,) = [other for other in graph.all if "service[added]" in other.inputs]
        assert after.key == keys[keys.index("service[added]") + 1]
    assert chain.defaults()["service[added].position"] == "batch"


def test_it_needs_a_process_of_its_own_and_gets_one() -> None:
    for assignment in (ADDRESS, "service.workers=2"):
        key = assignment.partition("=")[0]
        with pytest.raises(InputError, match=key):
            check_engine(settings(assignment), WINDOW)
        check_engine(settings(assignment), PROCESS)
        choice = engine_for(None, settings(assignment))
        assert choice.engine == PROCESS
        assert choice.why == f"{key} is set"
    check_engine(settings("service.sharding=off"), WINDOW)


def test_the_code_starts_workers_or_names_the_address(tmp_path: Path) -> None:
    data = SourceData(tmp_path, tmp_path)
    own = write(settings("service.workers=3", "service.compression=off"), data)
    assert any("service=start_service(3)[0].target" in line for line in own.lines)
    assert any("compression=None" in line for line in own.lines)
    assert any(text.startswith("@functools.cache\ndef start_service") for text in own.functions)
    theirs = write(settings(ADDRESS, "service.sharding=off"), data)
    assert any("service='grpc://host:5050'" in line for line in theirs.lines)
    assert any("ShardingPolicy.OFF" in line for line in theirs.lines)
    assert not any("start_service" in text for text in theirs.functions)
