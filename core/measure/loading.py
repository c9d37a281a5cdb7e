"""Load TensorFlow: the slowest single step of a first run, so it can be taken ahead of time."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import os
import sys
import threading

from core.lazy import quiet, tf
from core.machine_memory import collector_paused
from core.model.errors import InputError

NEEDED = ("tensorflow", "keras")

_LOADING = threading.Lock()
"""Held while TensorFlow loads: what is started meanwhile waits until all of it is there."""


def has_tensorflow() -> bool:
    """Whether TensorFlow is installed beside this program; quick, loads nothing."""
    return all(name in sys.modules or importlib.util.find_spec(name) for name in NEEDED)


def check_tensorflow() -> None:
    """Make sure that TensorFlow is installed beside this program.

    Raises:
        InputError: It is not.
    """
    if has_tensorflow():
        return
    raise InputError(
        "TensorFlow is not installed beside Pipeline Explorer, so nothing can train in its own "
        "Python",
        remedy="Choose an interpreter that has it (--python VENV, or its list in the window), "
        f"or install the package tensorflow into {sys.prefix}.",
    )


def load_tensorflow(*, shares_gpus: bool = True) -> None:
    """Import Keras over TensorFlow; quick when that was done before.

    Args:
        shares_gpus: Take the memory of GPUs as it is needed. This program lives on after a run,
            and an isolated run needs the GPU too: by default TensorFlow would take all of its
            memory for as long as the program lives.

    Raises:
        InputError: Keras was told to use another backend, or TensorFlow is not installed.
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
    with _LOADING:
        if "keras" in sys.modules:
            # Someone else's import may still be under way: this waits for it.
            importlib.import_module("keras")
            return
        check_tensorflow()
        with collector_paused():
            importlib.import_module("keras")
        # A third of a million objects that stay for good. Keras collects garbage before each
        # model, and going through them all would hold the GIL for 0.2 s in the middle of a run.
        gc.freeze()
        if shares_gpus:
            _share_gpus()


def _share_gpus() -> None:
    with contextlib.suppress(RuntimeError, ValueError):  # somebody has set them up already
        for gpu in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(gpu, True)
