import tensorflow as tf
from sample_data import text_files

FILE_NAMES = ["poem0.txt", "poem1.txt", "poem2.txt"]


def labeler(example, index):
    return tf.strings.length(example), tf.cast(index, tf.int64)


def make_dataset():
    labeled_data_sets = []
    for i, file_name in enumerate(FILE_NAMES):
        lines_dataset = tf.data.TextLineDataset(str(text_files() / file_name))
        labeled_dataset = lines_dataset.map(lambda ex: labeler(ex, i))
        labeled_data_sets.append(labeled_dataset)

    all_labeled_data = labeled_data_sets[0]
    for labeled_dataset in labeled_data_sets[1:]:
        all_labeled_data = all_labeled_data.concatenate(labeled_dataset)

    all_labeled_data = all_labeled_data.shuffle(50, seed=1, reshuffle_each_iteration=False)
    return all_labeled_data.batch(8)


EXPECTED = ["TextLineDataset", "map", "concatenate", "shuffle", "batch"]
COUNTS = {"TextLineDataset": 3, "map": 3, "concatenate": 2}
