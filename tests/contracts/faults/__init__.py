"""Every fault that there is, as exceptions: a row of ``FAULTS`` is one.

A row (``row.Fault``) has a name, a function that makes the exception in an empty folder (the real
one wherever that can be; else one with the text that was recorded of TensorFlow 2.21, which says
so), and what the message must name. To add one, write such a function and put a row into the table
of a file of this package; a new file goes into the tuple below.
"""

from tests.contracts.faults import arrays, caches, code, memory, missing, records, shapes
from tests.contracts.faults.row import Fault

FAULTS: tuple[Fault, ...] = (
    *records.FAULTS,
    *arrays.FAULTS,
    *missing.FAULTS,
    *caches.FAULTS,
    *shapes.FAULTS,
    *memory.FAULTS,
    *code.FAULTS,
)

__all__ = ["FAULTS", "Fault"]
