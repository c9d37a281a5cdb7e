"""Stages written as Python: what stands there follows from the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model.stage import SourceData
from core.pipeline.build import write
from core.pipeline.stages.function import Function
from tests.builders import small_chain

DATA = SourceData(Path("/data"), Path("/scratch"))


def double(value: int, times: int = 2) -> int:
    return value * times


def lines(*assignments: str) -> tuple[str, ...]:
    return write(small_chain().defaults().with_assignments(assignments), DATA).lines


def test_stages_that_are_off_are_not_written() -> None:
    assert lines("options.enabled=off") == ("dataset = dataset.batch(32)",)


def test_stages_are_written_in_the_order_of_the_chain() -> None:
    found = lines(
        "options.enabled=off",
        "cache.where=memory",
        "shuffle.buffer_size=100",
        "batch.drop_remainder=on",
        "fit.steps_per_epoch=10",
        "fit.seed=3",
        "prefetch.buffer_size=autotune",
    )
    assert found == (
        "dataset = dataset.cache()",
        "dataset = dataset.shuffle(100, seed=3)",
        "dataset = dataset.batch(32, drop_remainder=True)",
        "dataset = dataset.repeat()",
        "dataset = dataset.prefetch(tf.data.AUTOTUNE)",
    )


@pytest.mark.parametrize(
    ("rewrites", "as_written"), [("as_written", True), ("tensorflow_default", False)]
)
def test_rewrites_are_switched_off_only_where_asked(rewrites: str, as_written: bool) -> None:
    text = "\n".join(lines(f"options.rewrites={rewrites}"))
    assert ("inject_prefetch = False" in text) is as_written


def test_options_left_to_tensorflow_are_not_written() -> None:
    assert [line.partition(" = ")[0] for line in lines("options.rewrites=tensorflow_default")] == [
        "dataset",
        "options",
        "options.deterministic",
        "dataset",
    ]


@pytest.mark.parametrize(
    ("assignment", "line"),
    [
        ("private_threadpool_size=0", "threading.private_threadpool_size = 0"),
        ("max_intra_op_parallelism=1", "threading.max_intra_op_parallelism = 1"),
        ("autotune_cpu_budget=4", "autotune.cpu_budget = 4"),
        ("autotune_ram_budget=64", "autotune.ram_budget = 64_000_000"),
        ("warm_start=on", "experimental_warm_start = True"),
        ("slack=on", "experimental_slack = True"),
    ],
)
def test_an_option_is_written_where_tensorflow_has_it(assignment: str, line: str) -> None:
    assert f"options.{line}" in lines(f"options.{assignment}")
    assert f"options.{line}" not in lines()


def test_what_is_written_brings_the_imports_it_needs() -> None:
    code = write(small_chain().defaults().with_assignments(["cache.where=disk"]), DATA)
    assert code.imports == {"import os", "import tempfile", "import tensorflow as tf"}


def test_a_function_runs_and_is_written_with_the_same_keywords() -> None:
    function = Function(double, {"times": 3})
    assert function.bound()(2) == 6
    assert function.expression() == "functools.partial(double, times=3)"
    assert function.call_expression() == "double(times=3)"
    assert function.imports() == {"import functools"}
    assert function.sources() == (
        "def double(value: int, times: int = 2) -> int:\n    return value * times",
    )


def test_a_function_without_keywords_is_written_as_its_name() -> None:
    assert Function(double).expression() == "double"
    assert Function(double).imports() == frozenset()
    assert Function(double, helpers=(lines,)).sources()[0].startswith("def lines")


def test_the_warm_up_holds_the_tracing_and_what_a_fixed_buffer_holds() -> None:
    chain = small_chain()
    for size, expected in (("off", 10), ("autotune", 10), ("8", 18)):
        settings = chain.defaults().with_assignments([f"prefetch.buffer_size={size}"])
        assert sum(stage.warm_up_steps(settings) for stage in chain.stages) == expected
