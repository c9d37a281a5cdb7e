"""Load TensorFlow: the slowest single step of a first run, so it can be taken ahead of time."""

from __future__ import annotations

import importlib
import os

from core.lazy import quiet
from core.model.errors import InputError


def load_tensorflow() -> None:
    """Import Keras over TensorFlow; quick when that was done before.

    Raises:
        InputError: Keras was told to use another backend.
    """
    quiet()
    backend = os.environ["KERAS_BACKEND"]
    if backend != "tensorflow":
        raise InputError(
            f"KERAS_BACKEND is {backend!r}",
            expected="tensorflow: the runs train through its tf.function",
            remedy="Unset KERAS_BACKEND and start again.",
        )
    # gpu:N then counts as nvidia-smi and NVML do, and the GPU that is read is the one that trains.
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    importlib.import_module("keras")
