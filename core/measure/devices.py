"""Where a model can train here."""

from __future__ import annotations

from core.lazy import tf
from core.model.errors import InputError
from core.model.tensorflow_kinds import emulated_ms


def gpu_names() -> tuple[str, ...]:
    """The GPUs that TensorFlow sees, in its order; loads TensorFlow."""
    names = []
    for device in tf.config.list_physical_devices("GPU"):
        details = tf.config.experimental.get_device_details(device)
        names.append(str(details.get("device_name", device.name)))
    return tuple(names)


def tensorflow_device(device: str) -> str:
    """TensorFlow's name for a device such as ``gpu:0``; an emulated one computes on the CPU.

    Raises:
        InputError: TensorFlow does not see that GPU.
    """
    if device == "cpu" or emulated_ms(device) is not None:
        return "/CPU:0"
    index = int(device.partition(":")[2])
    seen = len(tf.config.list_physical_devices("GPU"))
    if index >= seen:
        raise InputError(
            f"TensorFlow does not see the device {device}",
            expected=f"one of {seen} GPUs, counted from gpu:0" if seen else "a GPU",
            remedy="Use cpu or emulated:20, or see what `python main.py doctor` says of GPUs.",
        )
    return f"/GPU:{index}"
