import tensorflow as tf
from sample_data import csv_file

EXPECTED = ["CsvDataset", "map", "batch"]


def to_dict(*row):
    survived, sex, age, fare = row
    return {"sex": sex, "age": age, "fare": fare}, survived


def make_dataset():
    types = [tf.int32, tf.string, tf.float32, tf.float32]
    dataset = tf.data.experimental.CsvDataset(str(csv_file()), types, header=True)
    return dataset.map(to_dict).batch(8)
