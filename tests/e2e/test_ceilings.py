"""Ceilings, measured for real: what each part can do by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.folders import Folders
from core.lazy import tf
from core.measure.ceilings import Enough, one_batch
from core.measure.fit import fit
from core.measure.stopper import Stopper
from core.metrics.catalogue import metric
from core.model.kinds import Value
from core.model.plan import Part
from core.model.run import Run, RunState
from core.session import Session
from core.workloads.catalogue import workload
from tests.builders import prepared

THROUGHPUT = metric("throughput_examples_per_s")


def measured(session: Session, part: Part, **values: Value) -> Run:
    chosen = workload("npz_shards")
    settings = chosen.chain.defaults().with_values(
        {key.replace("__", "."): value for key, value in values.items()}
    )
    plan = session.plan(chosen, settings, part)
    session.begin(plan)
    fit(plan, session.handle, lambda: False)
    return session.run(plan.id)


@pytest.fixture
def session(tmp_path: Path, data_folder: Path) -> Session:
    return Session(Folders(tmp_path, data_folder), record=False)


def test_the_model_alone_waits_for_nothing_and_the_pipeline_alone_for_no_model(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.measure.ceilings.STEADY_S", 0.5)
    values: dict[str, Value] = {"fit__device": "emulated:20", "source__open_latency_ms": 100}
    pipeline = measured(session, Part.PIPELINE, **values)
    model = measured(session, Part.MODEL, **values)
    assert (pipeline.state, model.state) == (RunState.DONE, RunState.DONE)
    # Batches of 32: the model alone takes 20 ms for each; with a file to open it would be 120.
    speed = THROUGHPUT.of(model).value
    assert speed is not None
    assert 0.4 * 32 / 0.02 < speed <= 32 / 0.02
    assert model.prepared is not None
    assert model.prepared.emulations == ("emulated accelerator 20 ms",)
    assert pipeline.emulations == ("emulated storage 100 ms",)
    assert pipeline.samples.done_s.tolist() == pipeline.samples.ready_s.tolist()
    assert session.ceilings(session.plan(*session.settings_of(model))) is not None


def test_a_cached_pipeline_is_measured_after_its_first_pass(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.measure.ceilings.STEADY_S", 0.2)
    run = measured(session, Part.PIPELINE, cache__where="memory")
    assert len(run.samples.epoch_starts) >= 2
    assert THROUGHPUT.of(run).value is not None


def test_a_part_is_measured_past_its_warm_up_for_a_while_but_never_without_end() -> None:
    def step(at: int, period_s: float) -> list[float]:
        return [period_s * at, period_s * at, period_s * (at + 1), 32.0]

    enough = Enough(prepared(warm_up_steps=10, warm_up_epochs=0))
    assert not any(enough.after(step(at, 0.05)) for at in range(50))
    assert any(enough.after(step(at, 0.05)) for at in range(50, 70))
    unfilled = Enough(prepared(warm_up_steps=10, warm_up_epochs=1))
    assert not any(unfilled.after(step(at, 1.0)) for at in range(59))
    assert unfilled.after(step(59, 1.0))
    several = Enough(prepared(warm_up_steps=10, warm_up_epochs=0))
    executions = [step(at, 0.05) + step(at + 1, 0.05) for at in range(0, 70, 2)]
    assert [several.after(values) for values in executions].index(True) == 29


def test_where_data_repeat_a_cache_is_filled_by_so_many_steps() -> None:
    def step(at: int) -> list[float]:
        return [0.1 * at, 0.1 * at, 0.1 * (at + 1), 32.0]

    enough = Enough(prepared(warm_up_steps=10, warm_up_pass_steps=100))
    assert [enough.after(step(at)) for at in range(200)].index(True) == 129


def test_the_wait_for_the_batch_of_a_model_alone_can_be_broken_off() -> None:
    nothing = tf.queue.FIFOQueue(1, [tf.int64], [[]])
    data = tf.data.Dataset.range(2).map(lambda number: nothing.dequeue())
    with Stopper(lambda: True) as stopper, pytest.raises(tf.errors.CancelledError):
        one_batch(data, lambda iterator: None, stopper.guard)
    assert stopper.broke_off
