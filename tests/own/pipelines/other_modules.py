from loaders import read_numbers
from loaders.steps import finish
import batching

EXPECTED = ["range", "map", "shuffle", "batch", "prefetch"]


def make_dataset():
    return finish(batching.shuffled(read_numbers(48)), batch_size=6)
