import tensorflow as tf
from sample_data import arrays

strategy = tf.distribute.MirroredStrategy(["/cpu:0"])
GLOBAL_BATCH_SIZE = 8 * strategy.num_replicas_in_sync


def make_dataset():
    x, y = arrays()
    train_dataset = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(48, seed=1).batch(GLOBAL_BATCH_SIZE)
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    train_dataset = train_dataset.with_options(options)
    return strategy.experimental_distribute_dataset(train_dataset)


EXPECTED = ["from_tensor_slices", "shuffle", "batch", "with_options", "experimental_distribute_dataset"]
