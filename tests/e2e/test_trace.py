from __future__ import annotations

from pathlib import Path

import pytest

from core.measure.fit import fit
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run, RunState
from core.model.tracing import TRACE_ENDING, TraceOptions
from core.timeline.open_trace import open_trace
from core.timeline.story import tell
from tests.e2e.conftest import settings_of

pytestmark = pytest.mark.e2e


def test_a_real_trace_names_the_stage_and_agrees_with_the_loop(
    data_folder: Path, tmp_path: Path
) -> None:
    settings = settings_of(
        "augmented", "naive", "fit.epochs=1", "fit.steps_per_epoch=34", "batch.batch_size=32"
    )
    plan = RunPlan("augmented", settings, str(data_folder), trace=TraceOptions(8, str(tmp_path)))
    recording = Recording(Run(plan))
    fit(plan, recording.handle, lambda: False)
    run = recording.run()
    assert run.state is RunState.DONE, run.failure
    assert run.tracing is not None
    assert (run.tracing.first, run.tracing.steps, run.tracing.failure) == (18, 8, "")
    (file,) = tmp_path.iterdir()
    assert file.name == f"{plan.id}{TRACE_ENDING}"
    assert file.stat().st_size == run.tracing.size_bytes

    told = tell(open_trace(file), run)
    assert [step.number for step in told.waits.steps.all] == list(range(19, 27))
    assert told.waits.steps.mark == "train"
    stage, spent_s = told.waits.ranked[0]
    assert stage.written == ("map",)
    assert spent_s > 0.5 * told.waits.wait_s
    samples = run.samples
    own_s = (samples.ready_s - samples.asked_s)[18:26].sum()
    assert told.waits.wait_s == pytest.approx(own_s, rel=0.25, abs=0.02)
    assert {stage.written for stage in told.waits.stages.all} >= {("map",), ("batch",), ("source",)}


def test_a_run_that_is_shorter_than_its_trace_ends_with_what_there_is(
    data_folder: Path, tmp_path: Path
) -> None:
    settings = settings_of("in_memory", "naive", "fit.epochs=1", "fit.steps_per_epoch=4")
    plan = RunPlan("in_memory", settings, str(data_folder), trace=TraceOptions(8, str(tmp_path)))
    recording = Recording(Run(plan))
    fit(plan, recording.handle, lambda: False)
    run = recording.run()
    assert run.state is RunState.DONE
    assert run.tracing is not None
    assert run.tracing.stop <= run.samples.steps
