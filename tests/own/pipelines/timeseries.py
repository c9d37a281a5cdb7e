import numpy as np
import keras

LIBRARY = True


def make_dataset():
    data = np.arange(60, dtype="float32")
    return keras.utils.timeseries_dataset_from_array(data[:-10], data[10:], sequence_length=10,
                                                     batch_size=8)


EXPECTED = ["from_tensors", "repeat", "range", "from_tensors", "repeat", "zip", "map", "zip", "map",
            "from_tensors", "repeat", "range", "zip", "map", "zip", "map", "zip", "prefetch", "batch"]
