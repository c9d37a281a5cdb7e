"""The one place that turns exceptions into explanations: what happened, what to do.

Each kind of fault is a rule in a file of its own, named after the fault; ``catalogue.RULES`` lists
them, and ``explain`` asks one after the other. Rules know TensorFlow's errors by their names and
their words, so that an error which another process passes on as text is recognised as well. They
open no file of data: which file is damaged, and where, is found by ``doctor --check-files``.
"""

from core.faults.catalogue import explain, explained
from core.faults.context import FailureContext
from core.faults.data_and_model.no_batches import no_batches, no_tensors
from core.faults.files.cache_incomplete import incomplete_cache

__all__ = ["FailureContext", "explain", "explained", "incomplete_cache", "no_batches", "no_tensors"]
