"""Does the loop's input wait agree with what a trace of the same run says?

``python -m benchmarks.trace_agreement [WORKLOAD ...]``: runs each workload naive on an emulated
accelerator under ``tf.profiler`` and prints the sum of the iterator's get-next time from the
trace beside the sum of the input wait from the loop. The loop's figure also holds the hand-over
to and from TensorFlow's thread that fetches the batch, which the trace's does not.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from core.folders import Folders
from core.lazy import tf
from core.measure.fit import fit
from core.measure.loading import load_tensorflow
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run
from core.pipeline.presets import preset
from core.workloads.catalogue import workload

_GET_NEXT = "IteratorGetNextOp::DoCompute"
_WORKLOADS = ("in_memory", "augmented", "npz_shards", "jpeg_tfrecord")


def traced(name: str, preset_name: str, assignments: tuple[str, ...]) -> tuple[Run, float]:
    """A run and the seconds that its trace gives to the iterator's get-next."""
    chosen = workload(name)
    settings = preset(preset_name, name, chosen.chain).apply(chosen.chain.defaults())
    settings = settings.with_assignments(assignments)
    folders = Folders.default()
    folders.make()
    # Data are made before the trace begins: making them uses tf.data too.
    data = chosen.source_data(folders.cache, settings, folders.cache)
    chosen.prepare(data, settings, lambda fraction, text: None)
    recording = Recording(Run(RunPlan(name, dict(settings), str(folders.cache))))
    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(folder)
        fit(recording.run().plan, recording.handle, lambda: False)
        tf.profiler.experimental.stop()
        seconds = sum(map(get_next_seconds, Path(folder).rglob("*.xplane.pb")))
    return recording.run(), seconds


def get_next_seconds(trace: Path) -> float:
    """Sum of the durations of the iterator's get-next in a trace, in seconds."""
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    space: Any = xplane_pb2.XSpace()
    space.ParseFromString(trace.read_bytes())
    picoseconds = 0
    for plane in space.planes:
        wanted = {
            key for key, about in plane.event_metadata.items() if about.name.startswith(_GET_NEXT)
        }
        for line in plane.lines:
            picoseconds += sum(e.duration_ps for e in line.events if e.metadata_id in wanted)
    return picoseconds / 1e12


def main() -> None:
    """Measure and print one line a workload."""
    load_tensorflow()
    for name in sys.argv[1:] or _WORKLOADS:
        for preset_name in ("naive", "prefetch_only"):
            run, trace_s = traced(
                name,
                preset_name,
                ("fit.device=emulated:20", "fit.epochs=1", "fit.steps_per_epoch=80"),
            )
            samples = run.samples
            loop_s = float((samples.ready_s - samples.asked_s).sum())
            print(
                f"{name} {preset_name}: loop {loop_s:.3f} s, trace {trace_s:.3f} s, "
                f"loop / trace = {loop_s / trace_s:.3f}, "
                f"apart {1000 * (loop_s - trace_s) / samples.steps:.2f} ms a step "
                f"over {samples.steps} steps ({run.state})"
            )


if __name__ == "__main__":
    main()
