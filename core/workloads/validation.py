"""What a training is validated on, beside the pipeline that it trains on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.model.recorded_call import Site


@dataclass(frozen=True)
class ValidationData:
    """The ``validation_data`` of a ``model.fit``.

    Attributes:
        dataset: The ``tf.data.Dataset`` of batches that one validation reads.
        site: The last call that made it; None where that is not known.
        epochs: Epochs from one validation to the next.
        cached: A cache is part of it: later passes are not like the first.
    """

    dataset: Any
    site: Site | None = None
    epochs: int = 1
    cached: bool = False
