"""The ways to use more cores that a workload can have, with those of its twin in another form."""

from __future__ import annotations

from core.model.kinds import OFF
from core.model.settings import Settings
from core.pipeline.ways import Way, runs_python, ways
from core.pipeline.workers.py_dataset import KIND, USE_MULTIPROCESSING, WORKERS
from core.workloads.augmented import Augmented
from core.workloads.pydataset import PicturesInPython
from core.workloads.seeded_map import BATCH_SIZE

_TWINS = frozenset((Augmented.id, PicturesInPython.id))
_AS_IN_PY_DATASET = {
    "map.enabled": True,
    "map.place": "pipeline",
    "cache.where": OFF,
    "shuffle.buffer_size": OFF,
    "batch.drop_remainder": False,
}


def comparable(workload_id: str, other_id: str) -> bool:
    """Whether one comparison may be of both: they have the same data, work and model."""
    return workload_id == other_id or {workload_id, other_id} == _TWINS


def all_ways(workload_id: str, settings: Settings, cores: int) -> tuple[Way, ...]:
    """Those that a pipeline can have, the sequential one first.

    Args:
        workload_id: Its workload.
        settings: The pipeline; all but parallelism stays.
        cores: Cores to be used; two at least are.
    """
    own = ways(settings, cores)
    if workload_id != Augmented.id or not runs_python(settings) or _lacks(settings):
        return own
    workers = max(cores, 2)
    chain = PicturesInPython().chain
    alike = {key: value for key, value in settings.items() if key in chain.knobs}
    through = chain.defaults().with_values(
        {
            **alike,
            f"{KIND}.batch_size": settings[BATCH_SIZE],
            f"{KIND}.{WORKERS}": workers,
            f"{KIND}.{USE_MULTIPROCESSING}": True,
        }
    )
    label = f"PyDataset, {workers} processes"
    return (*own, Way(KIND, label, through, True, True, PicturesInPython.id))


def left_out(workload_id: str, settings: Settings) -> tuple[str, ...]:
    """Which ways a pipeline cannot have, and why: a sentence each."""
    kinds = {stage.kind for stage in settings.chain.stages}
    if KIND in kinds:
        return ()
    if not runs_python(settings):
        return ("Left out: processes and a PyDataset, which are for Python functions.",)
    said = []
    if "service" in kinds:
        said.append("Left out: a tf.data service, whose workers Python functions do not reach.")
    if workload_id == Augmented.id and (lacks := _lacks(settings)):
        said.append(f"Left out: a PyDataset, which cannot have {' and '.join(lacks)}.")
    return tuple(said)


def _lacks(settings: Settings) -> list[str]:
    """What the pipeline has and the PyDataset of the same pictures has not."""
    return [
        f"{key}={settings.format(key)}"
        for key, value in _AS_IN_PY_DATASET.items()
        if settings[key] != value
    ]
