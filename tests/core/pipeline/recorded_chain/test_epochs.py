"""Where a cache belongs: behind the last work that every epoch repeats, on what is left of it."""

from __future__ import annotations

import pytest

from core.model.recorded_call import RecordedCall
from core.pipeline.recorded_chain.epochs import where_to_cache
from tests.core.analysis.findings.chains import BATCH, DEAR, SOURCE, call, settings_of

MAP = call("map", function=DEAR)


@pytest.mark.parametrize(
    ("calls", "behind"),
    [
        pytest.param((MAP, BATCH), "map", id="work"),
        pytest.param((MAP, call("skip", count=90), BATCH), "skip", id="what skip leaves"),
        pytest.param((MAP, call("take", count=10), BATCH), "take", id="all that is taken"),
        pytest.param((MAP, BATCH, call("take", count=10)), "take", id="batches that are taken"),
        pytest.param((call("take", count=10), MAP, BATCH), "map", id="behind both"),
        pytest.param((call("skip", count=10), BATCH), "", id="no work"),
        pytest.param(
            (MAP, call("shuffle", buffer_size=9), call("take", count=10)), "", id="random"
        ),
    ],
)
def test_a_cache_keeps_what_is_left_of_work(calls: tuple[RecordedCall, ...], behind: str) -> None:
    settings = settings_of(SOURCE, *calls)
    recorded = [stage.call for stage in settings.chain.stages if hasattr(stage, "call")]
    assert where_to_cache(recorded) == behind


def test_a_reader_of_csv_files_gives_the_same_in_every_epoch() -> None:
    settings = settings_of(call("CsvDataset"), MAP, BATCH)
    assert "cache[added].enabled" in settings
