# https://www.tensorflow.org/tutorials/load_data/images
import os
import tensorflow as tf
from sample_data import images

EXPECTED = ["list_files", "shuffle", "skip", "map", "cache", "shuffle", "batch", "prefetch"]
data_dir = images()
class_names = ["daisy", "roses"]
AUTOTUNE = tf.data.AUTOTUNE


def get_label(file_path):
    parts = tf.strings.split(file_path, os.path.sep)
    one_hot = parts[-2] == class_names
    return tf.argmax(one_hot)


def decode_img(img):
    img = tf.io.decode_png(img, channels=3)
    return tf.image.resize(img, [8, 8])


def process_path(file_path):
    label = get_label(file_path)
    img = tf.io.read_file(file_path)
    img = decode_img(img)
    return img, label


def configure_for_performance(ds):
    ds = ds.cache()
    ds = ds.shuffle(buffer_size=1000, seed=2)
    ds = ds.batch(4)
    ds = ds.prefetch(buffer_size=AUTOTUNE)
    return ds


def make_dataset():
    list_ds = tf.data.Dataset.list_files(str(data_dir / "*/*"), shuffle=False)
    list_ds = list_ds.shuffle(12, seed=9, reshuffle_each_iteration=False)
    val_size = 4
    train_ds = list_ds.skip(val_size)
    val_ds = list_ds.take(val_size)
    train_ds = train_ds.map(process_path, num_parallel_calls=AUTOTUNE)
    val_ds = val_ds.map(process_path, num_parallel_calls=AUTOTUNE)
    return configure_for_performance(train_ds), configure_for_performance(val_ds)
