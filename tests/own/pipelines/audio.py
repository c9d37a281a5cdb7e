# https://www.tensorflow.org/tutorials/audio/simple_audio
import os
import tensorflow as tf
from sample_data import sounds

AUTOTUNE = tf.data.AUTOTUNE


def get_waveform_and_label(file_path):
    label = tf.strings.split(input=file_path, sep=os.path.sep)[-2]
    audio, _ = tf.audio.decode_wav(contents=tf.io.read_file(file_path))
    return tf.squeeze(audio, axis=-1), label


def get_spectrogram(waveform):
    spectrogram = tf.signal.stft(waveform, frame_length=64, frame_step=32)
    return tf.abs(spectrogram)[..., tf.newaxis]


def get_spectrogram_and_label_id(audio, label):
    return get_spectrogram(audio), tf.argmax(label == ["no", "yes"])


def preprocess_dataset(files):
    files_ds = tf.data.Dataset.from_tensor_slices(files)
    output_ds = files_ds.map(
        map_func=get_waveform_and_label,
        num_parallel_calls=AUTOTUNE)
    output_ds = output_ds.map(
        map_func=get_spectrogram_and_label_id,
        num_parallel_calls=AUTOTUNE)
    return output_ds


def make_dataset():
    filenames = sorted(tf.io.gfile.glob(str(sounds()) + "/*/*"))
    train_ds = preprocess_dataset(filenames[:6])
    val_ds = preprocess_dataset(filenames[6:])
    train_ds = train_ds.batch(2)
    val_ds = val_ds.batch(2)
    train_ds = train_ds.cache().prefetch(AUTOTUNE)
    val_ds = val_ds.cache().prefetch(AUTOTUNE)
    return {"train": train_ds, "validation": val_ds}


EXPECTED = ["from_tensor_slices", "map", "map", "batch", "cache", "prefetch"]
