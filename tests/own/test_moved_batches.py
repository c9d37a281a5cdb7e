"""A batch in front of someone's maps: elements are compared before anything is measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model.errors import RunError
from core.model.stage import SourceData
from core.user_code.function_workload import open_function
from tests.own.conftest import Write

BATCH_FIRST = {"batch.position": "in_front_of_map"}


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (
            "1.0 + 2.0**-23",
            "returns the same values with the batches of the new order only up to rounding",
        ),
        ("1.1", "returns other values with the batches of the new order"),
    ],
)
def test_what_batches_change_is_told_apart_from_rounding(
    write: Write, factor: str, said: str
) -> None:
    text = f"""
def scale(x):
    x = tf.cast(x, tf.float32)
    return x if x.shape.rank == 0 else x * ({factor})

def make_dataset():
    return tf.data.Dataset.range(1, 17).map(scale).batch(4)
"""
    opened = open_function(write(text))
    with pytest.raises(RunError, match=said):
        opened.build(opened.chain.defaults().with_values(BATCH_FIRST), SourceData(Path(), Path()))
