"""What a run took place on: machine and versions. Runs of unlike environments do not compare."""

from __future__ import annotations

import importlib
import math
import os
import platform
from pathlib import Path

import numpy as np

from core.machine_memory import total_bytes
from core.measure.devices import gpu_names
from core.model.environment import INTERPRETER, MACHINE, machine_of
from core.model.kinds import Value
from core.model.plan import ENGINE_WORDS, WINDOW


def environment(engine: str = WINDOW, interpreter: str = "") -> dict[str, Value]:
    """Versions, processor, cores this process may use, memory and GPUs; loads TensorFlow.

    Args:
        engine: Where the run trains, one of ``core.model.plan.ENGINES``.
        interpreter: As its plan names it.
    """
    gpus, machine, memory_bytes = gpu_names(), machine_of(interpreter), total_bytes()
    return {
        "python": platform.python_version(),
        # Distributions have many names (tensorflow-cpu, a vendor's); the modules have one.
        "tensorflow": importlib.import_module("tensorflow").__version__,
        "keras": importlib.import_module("keras").__version__,
        "numpy": np.__version__,
        "system": platform.platform(terse=True),
        "processor": _processor(),
        "cores": len(usable_cores()),
        **({"memory_bytes": int(memory_bytes)} if math.isfinite(memory_bytes) else {}),
        "gpus": ", ".join(gpus) if gpus else "none seen by TensorFlow",
        "engine": ENGINE_WORDS.get(engine, engine),
        **({INTERPRETER: interpreter} if interpreter else {}),
        **({MACHINE: f"{machine} ({platform.node()})"} if machine else {}),
    }


def usable_cores() -> tuple[int, ...]:
    """Numbers of the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
