"""What holds for a whole process: set, refused, and written as Python."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from core.export.python_code import python_code
from core.model.errors import InputError
from core.model.plan import PROCESS, WINDOW
from core.pipeline.stages.process import check_engine, chosen, set_environment, without_defaults
from core.workloads.catalogue import workload

FLAGS = "--xla_cpu_enable_fast_math=true --tf_xla_auto_jit=2"


def code(*assignments: str) -> str:
    of = workload("in_memory")
    settings = of.chain.defaults().with_assignments(assignments)
    text = python_code(of, settings, Path("/data"))
    ast.parse(text)
    return text


def test_values_of_runs_that_are_older_than_the_knobs_count_as_default() -> None:
    assert chosen({"fit.device": "cpu"}) == ()
    check_engine({"fit.device": "cpu"}, WINDOW)
    new = {"fit.device": "cpu", "process.xla_flags": "default", "process.intra_op_threads": 2}
    assert without_defaults(new) == {"fit.device": "cpu", "process.intra_op_threads": 2}
    assert chosen(new) == ("process.intra_op_threads",)


def test_it_is_refused_where_the_process_is_not_the_runs_own() -> None:
    values = {"process.intra_op_threads": 2, "process.gpu_memory_growth": "on"}
    check_engine(values, PROCESS)
    with pytest.raises(InputError, match=r"intra_op_threads and process\.gpu_memory") as told:
        check_engine(values, WINDOW)
    assert "--engine process" in told.value.expected


def test_variables_are_set_and_flags_of_the_persons_own_stay() -> None:
    environment = {"XLA_FLAGS": "--xla_theirs=1"}
    values = {"process.xla_flags": FLAGS, "process.gpu_thread_mode": "gpu_private"}
    set_environment(values, environment)
    assert environment == {
        "XLA_FLAGS": "--xla_theirs=1 --xla_cpu_enable_fast_math=true",
        "TF_XLA_FLAGS": "--tf_xla_auto_jit=2",
        "TF_GPU_THREAD_MODE": "gpu_private",
    }


def test_by_default_nothing_is_set_and_nothing_written() -> None:
    environment: dict[str, str] = {}
    set_environment(workload("in_memory").chain.defaults(), environment)
    assert environment == {}
    assert "os.environ" not in code()
    assert "tf.config" not in code()


def test_the_written_program_sets_it_before_tensorflow_begins() -> None:
    text = code(
        "process.inter_op_threads=3",
        "process.gpu_memory_growth=on",
        f"process.xla_flags={FLAGS}",
    )
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("os.environ"))
    imported = lines.index("import tensorflow as tf")
    set_up = lines.index("tf.config.threading.set_inter_op_parallelism_threads(3)")
    begun = next(i for i, line in enumerate(lines) if line.startswith("def "))
    assert first < imported < set_up < begun
    assert "    tf.config.experimental.set_memory_growth(gpu, True)" in lines
    environment: dict[str, str] = {"XLA_FLAGS": "--xla_theirs=1"}
    statements = [line.replace("os.environ", "environ") for line in lines[first : first + 2]]
    exec("\n".join(statements), {"environ": environment})
    assert environment["XLA_FLAGS"].split() == ["--xla_theirs=1", FLAGS.split()[0]]
    assert environment["TF_XLA_FLAGS"].split() == [FLAGS.split()[1]]
