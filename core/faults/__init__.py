"""The one place that turns exceptions into messages: what happened, what was expected, what to do.

Each kind of fault is a rule (``rule.Rule``) in a file of this package; ``catalogue.RULES`` lists
them all, and ``explain`` asks one after the other. Rules know TensorFlow's errors by their names
and their words, so that an error which another process tells as text is recognised as well.
"""

from core.faults.catalogue import explain, explained
from core.faults.nothing import no_batches, no_tensors
from core.faults.scene import Scene
from core.faults.unseen import unseen

__all__ = ["Scene", "explain", "explained", "no_batches", "no_tensors", "unseen"]
