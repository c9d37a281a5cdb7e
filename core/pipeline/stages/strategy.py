"""``tf.distribute``: one model on several devices, each with its share of every batch."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from core.lazy import tf
from core.model.errors import InputError
from core.model.kinds import Value
from core.model.settings import Settings
from core.model.tensorflow_kinds import MIRRORED, NONE

STRATEGY = "fit.strategy"
_DEVICE = "fit.device"


def logical_cpus(values: Mapping[str, Value]) -> int:
    """How many logical CPUs TensorFlow is to make of the one; 0 where it is left as it is."""
    number = str(values.get(STRATEGY, NONE)).partition(":")[2]
    return int(number) if number else 0


def is_distributed(values: Mapping[str, Value]) -> bool:
    """Whether the model is trained under a strategy that the settings choose."""
    return values.get(STRATEGY, NONE) != NONE


def on_all_gpus(values: Mapping[str, Value]) -> bool:
    """Whether it is trained on every GPU of the machine."""
    return values.get(STRATEGY, NONE) == MIRRORED


def set_up_logical_cpus(values: Mapping[str, Value]) -> None:
    """Make the logical CPUs, before TensorFlow begins to work.

    Raises:
        RuntimeError: It has begun already.
    """
    count = logical_cpus(values)
    if count:
        (cpu, *_) = tf.config.list_physical_devices("CPU")
        parts = [tf.config.LogicalDeviceConfiguration()] * count
        tf.config.set_logical_device_configuration(cpu, parts)


def written_logical_cpus(values: Mapping[str, Value]) -> tuple[str, ...]:
    """The same as lines of Python."""
    count = logical_cpus(values)
    if not count:
        return ()
    return (
        "tf.config.set_logical_device_configuration(\n"
        '    tf.config.list_physical_devices("CPU")[0],\n'
        f"    [tf.config.LogicalDeviceConfiguration()] * {count},\n)",
    )


def scope(settings: Settings) -> AbstractContextManager[Any]:
    """Where the model has to be made.

    Raises:
        InputError: There are no such devices.
    """
    if not is_distributed(settings):
        return nullcontext()
    count = logical_cpus(settings)
    kind = "CPU" if count else "GPU"
    gpu_named = str(settings[_DEVICE]).startswith("gpu")
    if gpu_named is bool(count):
        raise InputError(
            f"{STRATEGY}={settings[STRATEGY]} does not train on {settings[_DEVICE]}",
            expected=f"{_DEVICE}={'cpu or emulated:MS' if count else 'gpu:0, for all GPUs'}",
        )
    devices = [device.name for device in tf.config.list_logical_devices(kind)]
    if not devices or (count and len(devices) != count):
        raise InputError(
            f"TensorFlow has {len(devices)} logical {kind}s in this process"
            + (f", not {count}" if count else ""),
            expected="an isolated run, in a process of its own: --engine process"
            if count
            else "a GPU",
            remedy="TensorFlow makes logical CPUs only before it begins to work."
            if count
            else f"{STRATEGY}=mirrored:2 trains on two logical CPUs.",
        )
    strategy: AbstractContextManager[Any] = tf.distribute.MirroredStrategy(devices).scope()
    return strategy


def written_scope(settings: Settings) -> str:
    """The line behind which the model is made, as Python."""
    count = logical_cpus(settings)
    devices = f'[f"/CPU:{{number}}" for number in range({count})]' if count else ""
    return f"with tf.distribute.MirroredStrategy({devices}).scope():"


def strategy_words(model: Any, dataset: Any, batch: int | None) -> str:
    """How a model's strategy hands out batches, in sentences; empty where it has none.

    Args:
        model: A ``keras.Model``; None where the pipeline runs alone.
        dataset: The ``tf.data.Dataset`` of batches that it is trained on.
        batch: Examples in a batch, where one number says it.
    """
    strategy = getattr(model, "distribute_strategy", None)
    if strategy is None or type(strategy).__name__ == "_DefaultDistributionStrategy":
        return ""
    replicas = int(strategy.num_replicas_in_sync)
    policy = dataset.options().experimental_distribute.auto_shard_policy.name
    share = "its share of each batch"
    if batch is not None:
        most = -(-batch // replicas)
        share = f"{'' if batch % replicas == 0 else 'up to '}{most} of each batch of {batch}"
    return (
        f"{type(strategy).__name__} with {replicas} {'replica' if replicas == 1 else 'replicas'}: "
        f"each takes {share}. Input wait lasts until all have theirs. The shard policy is "
        f"{policy}: on one machine no data are sharded, and one pipeline feeds all replicas."
    )
