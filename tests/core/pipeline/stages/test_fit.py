"""How the train step is compiled and carried out."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.lazy import keras
from core.pipeline.stages.fit import batches_per_epoch, precision, set_execution
from tests.builders import small_chain


def set_on_a_model(*assignments: str) -> dict[str, object]:
    model = SimpleNamespace()
    set_execution(model, small_chain().defaults().with_assignments(assignments))
    return vars(model)


def test_at_the_defaults_a_model_stays_as_it_was_compiled() -> None:
    assert set_on_a_model() == {}


@pytest.mark.parametrize(("word", "value"), [("on", True), ("off", False)])
def test_what_is_not_the_default_is_set_on_the_model(word: str, value: bool) -> None:
    found = set_on_a_model("fit.steps_per_execution=5", f"fit.jit_compile={word}")
    assert found == {"steps_per_execution": 5, "jit_compile": value}


@pytest.mark.parametrize(
    ("steps", "execution", "expected"), [("10", 1, 10), ("10", 4, 12), ("12", 4, 12), ("3", 50, 50)]
)
def test_an_epoch_has_whole_executions(steps: str, execution: int, expected: int) -> None:
    settings = small_chain().defaults()
    changes = (f"fit.steps_per_epoch={steps}", f"fit.steps_per_execution={execution}")
    assert batches_per_epoch(settings.with_assignments(changes)) == expected
    assert batches_per_epoch(settings) is None


def test_a_precision_holds_for_the_models_made_meanwhile_and_no_longer() -> None:
    settings = small_chain().defaults().with_values({"fit.mixed_precision": "mixed_float16"})
    before = keras.config.dtype_policy().name
    with precision(settings):
        assert keras.layers.Dense(1).compute_dtype == "float16"
    assert keras.config.dtype_policy().name == before
