from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.lazy import tf
from core.model.errors import ExplorerError
from core.workloads.jpeg_tfrecord import JpegTFRecord, decode
from tests.core.workloads.conftest import Bench, in_any_order, quiet, same, unbatched


def test_the_reader_that_decodes_delivers_what_the_map_delivers(bench: Bench) -> None:
    mapped, folded = bench.dataset("jpeg_tfrecord"), bench.dataset("jpeg_tfrecord", "map.enabled=0")
    for _ in range(2):
        assert same(unbatched(mapped), unbatched(folded))


def test_each_epoch_flips_others_and_a_new_run_flips_the_same_again(bench: Bench) -> None:
    dataset = bench.dataset("jpeg_tfrecord", "map.num_parallel_calls=2")
    first, second = unbatched(dataset), unbatched(dataset)
    flipped = [
        np.array_equal(image, other[:, ::-1])
        for (image, _), (other, _) in zip(first, second, strict=True)
    ]
    assert 5 < sum(flipped) < 35
    assert all(
        turned or np.array_equal(image, other)
        for turned, (image, _), (other, _) in zip(flipped, first, second, strict=True)
    )
    assert same(bench.elements("jpeg_tfrecord"), first)


def test_which_image_is_flipped_does_not_depend_on_the_order_of_reading(bench: Bench) -> None:
    plain = bench.elements("jpeg_tfrecord")
    other = bench.elements("jpeg_tfrecord", "interleave.block_length=3", "map.enabled=off")
    assert not same(plain, other)
    assert in_any_order(plain) == in_any_order(other)


def test_a_cache_before_the_map_keeps_records_and_not_their_luck(bench: Bench) -> None:
    dataset = bench.dataset("jpeg_tfrecord", "cache.where=memory", "cache.position=before_map")
    assert not same(unbatched(dataset), unbatched(dataset))


def test_records_are_examples_with_a_jpeg_a_label_and_an_id(bench: Bench) -> None:
    settings = bench.settings("jpeg_tfrecord")
    folder = bench.data(settings, "jpeg_tfrecord").folder
    paths = [str(path) for path in sorted(folder.glob("*.tfrecord"))]
    ids = []
    for record in tf.data.TFRecordDataset(paths):
        example = tf.train.Example.FromString(record.numpy()).features.feature
        ids += example["image/id"].int64_list.value
        jpeg = example["image/encoded"].bytes_list.value[0]
        assert tf.io.decode_jpeg(jpeg).shape == (64, 64, 3)
        image, label = decode(record, tf.constant(1, tf.int64), size=16)
        assert image.shape == (16, 16, 3)
        assert int(label) == example["image/label"].int64_list.value[0]
    assert ids == list(range(40))


def test_a_disk_that_is_full_is_said_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: Any) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "No space left on device")

    monkeypatch.setattr(tf.io.TFRecordWriter, "write", full)
    small = JpegTFRecord(files=1, examples_per_file=2, stored_size=32, size=16)
    settings = small.chain.defaults()
    data = small.source_data(tmp_path, settings, tmp_path)
    with pytest.raises(ExplorerError, match="No space left") as caught:
        small.prepare(data, settings, quiet)
    assert "Free some space" in caught.value.remedy
    assert list(tmp_path.iterdir()) == []
