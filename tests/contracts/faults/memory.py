"""Memory that is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from core.faults import FailureContext
from core.lazy import tf
from tests.contracts.faults.row import Fault, Made, drained, of_tensorflow


def _array(folder: Path) -> Made:
    def make(_: Any) -> Any:
        return np.zeros((10**7, 10**7))

    ones = tf.data.Dataset.range(1).map(lambda x: tf.numpy_function(make, [x], tf.float64))
    return drained(ones)


# TensorFlow waits 20 s for that memory before it raises.
TOO_LARGE = (
    "{{function_node __wrapped__IteratorGetNext_output_types_1_device_/job:localhost/replica:0/"
    "task:0/device:CPU:0}} Error in user-defined function passed to MapDataset:29 transformation "
    "with iterator: Iterator::Root::ParallelMapV2: OOM when allocating tensor with shape[1000000,"
    "1000000] and type float on /job:localhost/replica:0/task:0/device:CPU:0 by allocator mklcpu\n"
    "\t [[{{node Fill}}]] [Op:IteratorGetNext] name: "
)
ON_A_GPU = (
    "Graph execution error:\n\nDetected at node sequential_1/conv2d_1/convolution defined at (most "
    'recent call last):\n  File "/home/me/train.py", line 12, in <module>\n\nOOM when allocating '
    "tensor with shape[256,64,224,224] and type float on /job:localhost/replica:0/task:0/device:"
    "GPU:0 by allocator GPU_0_bfc\n\t [[{{node sequential_1/conv2d_1/convolution}}]]\nHint: ..."
)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "tensor larger than memory",
        lambda folder: of_tensorflow("ResourceExhaustedError", TOO_LARGE),
        ("4 TB", "[1000000, 1000000]", "Fill", "free"),
        True,
    ),
    Fault(
        "batch larger than memory",
        lambda folder: of_tensorflow(
            "ResourceExhaustedError", "Failed to allocate memory for the batch of component 0"
        ),
        ("Out of memory", "batch of component 0"),
        True,
    ),
    Fault("array larger than memory", _array, ("800 TB", "float64")),
    Fault(
        "tensor larger than a GPU's memory",
        lambda folder: of_tensorflow("ResourceExhaustedError", ON_A_GPU),
        ("3.29 GB", "[256, 64, 224, 224]", "convolution"),
        True,
    ),
    Fault(
        "a library that cannot be mapped",
        lambda folder: (
            ImportError("/v/tf/_wrap.so: failed to map segment from shared object"),
            FailureContext(),
        ),
        ("Out of memory while /v/tf/_wrap.so was loaded", "ulimit -v"),
    ),
    Fault(
        "no room for the stack of a thread",
        lambda folder: (RuntimeError("can't start new thread"), FailureContext()),
        ("Out of memory", "no further thread can be started"),
    ),
    Fault(
        "Python without memory",
        lambda folder: (MemoryError(), FailureContext()),
        ("Out of memory",),
    ),
)
