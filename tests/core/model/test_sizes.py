from __future__ import annotations

from pathlib import Path

import pytest

from core.model.sizes import free_bytes, free_words, size_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.00 kB"),
        (999_600, "1.00 MB"),
        (20_500_000, "20.5 MB"),
        (123e9, "123 GB"),
        (5e15, "5\N{NARROW NO-BREAK SPACE}000 TB"),
    ],
)
def test_sizes_have_three_digits_and_a_unit(count: float, words: str) -> None:
    assert size_words(count) == words


def test_what_is_free_is_known_also_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "not" / "yet") == pytest.approx(free_bytes(tmp_path), rel=0.2)
    assert free_words(tmp_path).endswith(f" are free in {tmp_path}")
