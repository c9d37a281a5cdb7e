from __future__ import annotations

import json
import zlib
from dataclasses import astuple

import pytest

from core.model.executed import NodeReading, PipelineReading
from core.store.readings import readings_from_blob, readings_to_blob

NODE = NodeReading("Root/Map", "Map", 1, False, 1, 64, 0.25, 2, 2048, 2.0, None, True)
READINGS = (PipelineReading(0.5, (NODE,)), PipelineReading(1.0, (NODE, NODE), 40, 0.0125))


def test_readings_come_back_as_they_were() -> None:
    assert readings_from_blob(readings_to_blob(READINGS)) == READINGS
    assert readings_from_blob(readings_to_blob(())) == ()


def test_readings_of_an_older_version_have_no_gaps() -> None:
    older = [[0.5, [astuple(NODE)]]]
    (reading,) = readings_from_blob(zlib.compress(json.dumps(older).encode()))
    assert reading == PipelineReading(0.5, (NODE,), gaps=0, mean_gap_s=None)


@pytest.mark.parametrize(
    "blob",
    [b"", b"no zlib", zlib.compress(b"[[1, [[1]]]]"), zlib.compress(b"{"), zlib.compress(b"[7]")],
)
def test_a_damaged_column_is_a_value_error(blob: bytes) -> None:
    with pytest.raises(ValueError, match="readings of the pipeline are damaged"):
        readings_from_blob(blob)
