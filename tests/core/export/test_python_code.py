"""The script that a person copies: complete, tidy and the same as the run."""

from __future__ import annotations

import ast
import builtins
import sys
from pathlib import Path

import pytest

from core.export.python_code import python_code
from core.pipeline.presets import presets_for
from core.workloads.catalogue import WORKLOADS, workload

DATA = Path("/some where/generated")

CASES = [
    (one.id, preset.id, assignments)
    for one in WORKLOADS
    for preset in presets_for(one.id, one.chain)
    for assignments in ((), ("cache.where=disk", "shuffle.buffer_size=64", "fit.steps_per_epoch=7"))
] + [
    ("augmented", "naive", changes)
    for changes in (
        ("map.vectorized=on",),
        ("map.vectorized=on", "map.implementation=python"),
        ("map.implementation=python", "map.processes=2"),
        ("map.place=model", "fit.mixed_precision=mixed_bfloat16", "fit.steps_per_execution=3"),
    )
]


def script(name: str, *assignments: str, preset: str = "naive") -> str:
    chosen = workload(name)
    found = {one.id: one for one in presets_for(chosen.id, chosen.chain)}[preset]
    settings = found.apply(chosen.chain.defaults()).with_assignments(assignments)
    return python_code(chosen, settings, DATA)


def names_without_a_meaning(text: str) -> set[str]:
    """Names that the script reads and nothing in it, or in Python, defines."""
    tree = ast.parse(text)
    defined = set(vars(builtins)) | {"__name__"}
    read: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else defined).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            defined.add(node.name)
        elif isinstance(node, ast.arg):
            defined.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            defined.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            defined |= {(name.asname or name.name).split(".")[0] for name in node.names}
    return read - defined


@pytest.mark.parametrize(("name", "preset", "assignments"), CASES)
def test_every_workload_and_preset_gives_a_complete_script(
    name: str, preset: str, assignments: tuple[str, ...]
) -> None:
    text = script(name, *assignments, preset=preset)
    compile(text, "script.py", "exec")
    assert names_without_a_meaning(text) == set()
    assert "core." not in text.replace("multiprocessing.core", "")
    tree = ast.parse(text)
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert "make_dataset" in functions
    assert len(set(functions)) == len(functions)


@pytest.mark.parametrize(("name", "preset", "assignments"), CASES)
def test_imports_are_those_that_are_used_the_standard_library_first(
    name: str, preset: str, assignments: tuple[str, ...]
) -> None:
    tree = ast.parse(script(name, *assignments, preset=preset))
    imported = [node.names[0] for node in tree.body if isinstance(node, ast.Import)]
    order = [(one.name not in sys.stdlib_module_names, one.name) for one in imported]
    assert order == sorted(order)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert {one.asname or one.name for one in imported} <= used


def test_the_training_is_that_of_the_settings() -> None:
    text = script("in_memory", "fit.epochs=5", "fit.seed=9", "fit.steps_per_epoch=50")
    main = text[text.index('if __name__ == "__main__":') :]
    assert "keras.utils.set_random_seed(9)" in main
    assert "print(dataset.element_spec)" in main
    assert "model.fit(dataset, epochs=5, steps_per_epoch=50)" in main
    assert "dataset = dataset.repeat()" in text
    assert "\ndataset = make_dataset()\n" in text


def test_how_steps_are_carried_out_is_set_on_the_model() -> None:
    plain = script("in_memory")
    for word in ("steps_per_execution", "jit_compile", "dtype_policy"):
        assert word not in plain
    changes = ("steps_per_execution=4", "jit_compile=off", "mixed_precision=mixed_bfloat16")
    main = script("in_memory", *(f"fit.{change}" for change in changes))
    policy = main.index('keras.config.set_dtype_policy("mixed_bfloat16")')
    made = main.index("model = make_model(")
    set_on_it = main.index("model.steps_per_execution = 4\n        model.jit_compile = False")
    assert policy < made < set_on_it < main.index("model.fit(")


def test_all_steps_of_an_epoch_are_not_given_as_a_number() -> None:
    text = script("in_memory", "fit.epochs=2")
    assert "model.fit(dataset, epochs=2)" in text
    assert "repeat()" not in text


@pytest.mark.parametrize(
    ("device", "place"),
    [("cpu", "/CPU:0"), ("emulated:20", "/CPU:0"), ("gpu:1", "/GPU:1")],
)
def test_it_trains_where_the_settings_say(device: str, place: str) -> None:
    assert f'with tf.device("{place}"):' in script("in_memory", f"fit.device={device}")


def test_it_says_that_the_emulated_accelerator_is_not_part_of_it() -> None:
    def comment(text: str) -> str:
        return " ".join(line[2:] for line in text.splitlines() if line.startswith("# "))

    assert "emulated" not in comment(script("in_memory"))
    emulated = comment(script("in_memory", "fit.device=emulated:20"))
    assert "emulated accelerator of 20 ms a step is not part of it" in emulated
    slow = comment(script("npz_shards", "source.open_latency_ms=20"))
    assert "Part of this script: emulated storage 20 ms." in slow


def test_its_head_gives_the_command_that_does_the_same() -> None:
    text = script("npz_shards", "prefetch.buffer_size=2", "fit.device=emulated:20")
    assert (
        "#     python main.py run npz_shards --set prefetch.buffer_size=2 "
        "--set fit.device=emulated:20\n"
    ) in text
