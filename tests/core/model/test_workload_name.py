"""Short names of workloads."""

from __future__ import annotations

import pytest

from core.text.workload_name import workload_name


@pytest.mark.parametrize(
    ("workload_id", "short"),
    [
        ("augmented", "augmented"),
        ("/home/a person/train.py:make_dataset@0123abcd", "train.py:make_dataset"),
        ("/x/train.py:Data.train@0123abcd", "train.py:Data.train"),
        (r"C:\work\train.py:make_dataset@0123abcd", "train.py:make_dataset"),
        ("run-script:/x/train.py --epochs 3@0123abcd", "train.py --epochs 3"),
        ("run-script:'/a b/train.py' 'one two'@0123abcd", "train.py 'one two'"),
    ],
)
def test_an_id_is_short_in_tables(workload_id: str, short: str) -> None:
    assert workload_name(workload_id) == short


def test_two_contents_of_one_file_are_told_apart_where_both_are_named() -> None:
    one, other = (f"/x/train.py:make_dataset@0000000{which}" for which in (1, 2))
    assert workload_name(one, other, "augmented") == "train.py:make_dataset@00000001"
    assert workload_name(one, one, "augmented") == "train.py:make_dataset"
