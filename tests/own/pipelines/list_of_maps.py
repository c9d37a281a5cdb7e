import tensorflow as tf

EXPECTED = ["from_tensor_slices", "map", "map", "batch", "map"]

def make_dataset(): return [d.batch(4).map(tf.sqrt) for d in [tf.data.Dataset.from_tensor_slices(tf.range(20.)).map(tf.abs).map(lambda x: x + 1)]][0]
