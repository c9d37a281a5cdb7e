"""All metrics, by key, in the order in which tables show them."""

from __future__ import annotations

from core.metrics.cpu_in_use import CpuInUse
from core.metrics.device_busy import DeviceBusy
from core.metrics.device_idle import DeviceIdle
from core.metrics.disk_read import DiskRead
from core.metrics.epoch_turnaround import EpochTurnaround
from core.metrics.final_loss import FinalLoss
from core.metrics.fit_wall import FitWall
from core.metrics.gpu_idle import GpuIdle
from core.metrics.host import Host
from core.metrics.input_wait import InputWait
from core.metrics.input_wait_per_step import InputWaitPerStep
from core.metrics.memory_taken import MemoryTaken
from core.metrics.metric import Metric
from core.metrics.peak_memory import PeakMemory
from core.metrics.share_of_ceiling import ShareOfCeiling
from core.metrics.throughput import Throughput
from core.metrics.time_to_first_batch import TimeToFirstBatch

METRICS: tuple[Metric, ...] = (
    Throughput(),
    ShareOfCeiling(),
    DeviceIdle(),
    InputWait(),
    Host(),
    EpochTurnaround(),
    GpuIdle(),
    DeviceBusy(),
    InputWaitPerStep(),
    TimeToFirstBatch(),
    CpuInUse(),
    PeakMemory(),
    MemoryTaken(),
    DiskRead(),
    FinalLoss(),
    FitWall(),
)


def metric(key: str) -> Metric:
    """The metric with this key; KeyError where there is none."""
    return {metric.key: metric for metric in METRICS}[key]
