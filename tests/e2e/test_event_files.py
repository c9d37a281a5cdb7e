"""Event files for TensorBoard, read by TensorFlow, which compares every checksum."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.export.tensorboard import TensorBoard
from core.lazy import tf
from tests.builders import run_of

pytestmark = pytest.mark.e2e


def test_tensorflow_reads_curves_figures_and_settings_of_a_run(tmp_path: Path) -> None:
    emulated = ("emulated accelerator 20 ms",)
    run = replace(run_of(number=2, emulations=emulated), created="2026-01-02T03:04:05.000+00:00")
    TensorBoard().write((run,), tmp_path)
    (file,) = tmp_path.glob(f"2 run 2/events.out.tfevents.*.{run.id}")
    first, *events = tf.compat.v1.train.summary_iterator(str(file))
    assert first.file_version == "brain.Event:2"
    values = [(event, value) for event in events for value in event.summary.value]
    losses = [(event, value) for event, value in values if value.tag == "course/loss"]
    assert [(event.step, *value.tensor.float_val) for event, value in losses] == [(20, 2), (40, 1)]
    assert [event.wall_time - 1767323046.46 for event, _ in losses] == pytest.approx(
        run.samples.done_s[[19, 39]], abs=1e-5
    )
    described = losses[0][1].metadata.summary_description
    assert described == "Keras history, emulated accelerator 20 ms"
    by_tag = {value.tag: value for _, value in values}
    assert by_tag["figures/final_loss"].tensor.float_val[0] == pytest.approx(1.25)
    assert b"| emulated | emulated accelerator 20 ms |" in by_tag["about"].tensor.string_val[0]
    settings = by_tag["_hparams_/session_start_info"].metadata.plugin_data
    assert settings.plugin_name == "hparams"
    assert b"batch.batch_size" in settings.content
