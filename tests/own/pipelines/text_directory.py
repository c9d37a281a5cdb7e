import keras
import tensorflow as tf
from sample_data import reviews

LIBRARY = True


def make_dataset():
    raw_train, raw_val = keras.utils.text_dataset_from_directory(
        str(reviews()), batch_size=4, validation_split=0.25, subset="both", seed=42, verbose=False)
    vectorize = keras.layers.TextVectorization(max_tokens=20, output_sequence_length=5)
    vectorize.set_vocabulary(["review", "number", "pos", "neg"])

    def prepare(ds):
        return ds.map(lambda text, label: (vectorize(text), label)).cache().prefetch(tf.data.AUTOTUNE)

    return prepare(raw_train), prepare(raw_val)


EXPECTED = ["from_tensor_slices", "from_tensor_slices", "zip", "shuffle", "map", "batch", "prefetch",
            "map", "cache", "prefetch"]
