import tensorflow as tf

strategy = tf.distribute.MirroredStrategy(["/cpu:0"])


def dataset_fn(ctx):
    batch_size = ctx.get_per_replica_batch_size(8)
    ds = tf.data.Dataset.range(32).shard(ctx.num_input_pipelines, ctx.input_pipeline_id)
    return ds.map(lambda x: tf.cast(x, tf.float32)).batch(batch_size).prefetch(2)


def make_dataset():
    return strategy.distribute_datasets_from_function(dataset_fn)


EXPECTED = ["range", "shard", "map", "batch", "prefetch", "distribute_datasets_from_function"]
