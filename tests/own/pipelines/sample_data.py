"""Small files that the pipelines here read: made once, the same each time."""

import os
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

FOLDER = Path(os.environ.get("OWN_PIPELINES_DATA") or tempfile.mkdtemp(prefix="own-pipelines-"))


def _once(name, make):
    folder = FOLDER / name
    if not folder.exists():
        part = FOLDER / f"{name}.part"
        part.mkdir(parents=True, exist_ok=True)
        make(part)
        part.rename(folder)
    return folder


def arrays(count=48, size=8):
    rng = np.random.default_rng(0)
    return rng.normal(size=(count, size)).astype("float32"), rng.integers(0, 3, count)


def tfrecords():
    def make(folder):
        rng = np.random.default_rng(1)
        for shard in range(3):
            with tf.io.TFRecordWriter(str(folder / f"part-{shard}.tfrecord")) as writer:
                for label in range(8):
                    image = rng.integers(0, 256, 12, np.uint8).tobytes()
                    example = tf.train.Example(features=tf.train.Features(feature={
                        "image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[image])),
                        "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[label % 3])),
                    }))
                    writer.write(example.SerializeToString())

    return _once("tfrecords", make)


def text_files():
    def make(folder):
        for number in range(3):
            lines = [f"poem {number}"] + [" ".join(["word"] * (1 + i % 4)) for i in range(12)]
            (folder / f"poem{number}.txt").write_text("\n".join(lines) + "\n")

    return _once("texts", make)


def csv_file():
    def make(folder):
        rng = np.random.default_rng(2)
        rows = ["survived,sex,age,fare"]
        rows += [f"{i % 2},{'male' if i % 3 else 'female'},{20 + i % 50},{rng.random():.3f}"
                 for i in range(40)]
        (folder / "titanic.csv").write_text("\n".join(rows) + "\n")

    return _once("csv", make) / "titanic.csv"


def images():
    def make(folder):
        rng = np.random.default_rng(3)
        for label in ("daisy", "roses"):
            (folder / label).mkdir()
            for number in range(6):
                pixels = rng.integers(0, 256, (10, 10, 3), np.uint8)
                tf.io.write_file(str(folder / label / f"{number}.png"), tf.io.encode_png(pixels))

    return _once("images", make)


def reviews():
    def make(folder):
        for label in ("neg", "pos"):
            (folder / label).mkdir()
            for number in range(6):
                (folder / label / f"{number}.txt").write_text(f"{label} review number {number}")

    return _once("reviews", make)


def sounds():
    def make(folder):
        rng = np.random.default_rng(4)
        for label in ("no", "yes"):
            (folder / label).mkdir()
            for number in range(4):
                wave = rng.uniform(-1, 1, (400, 1)).astype("float32")
                tf.io.write_file(str(folder / label / f"{number}.wav"),
                                 tf.audio.encode_wav(wave, 8000))

    return _once("sounds", make)
