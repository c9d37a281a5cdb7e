"""``Dataset.with_options``: how TensorFlow may run what was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.lazy import tf
from core.model.kinds import Choice, Toggle
from core.model.knob import Knob, Switch
from core.model.settings import Settings
from core.model.stage import SourceData, Stage, StageCode

_AS_WRITTEN = (
    "options.experimental_optimization.apply_default_optimizations = False",
    "options.experimental_optimization.inject_prefetch = False",
)


@dataclass(frozen=True)
class Options(Stage):
    """Order of elements, and whether TensorFlow may rewrite the pipeline."""

    kind: ClassVar[str] = "options"
    title: ClassVar[str] = "options"
    help: ClassVar[str] = (
        "How TensorFlow may run the pipeline. Off, TensorFlow's own defaults hold: "
        "order kept, rewrites on."
    )
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/Options"
    switch: ClassVar[Switch | None] = Switch("enabled", off=False, on=True)

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Whether options are set, rewrites, and the order of elements."""
        return _KNOBS

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        if not self.is_on(settings):
            return dataset
        options = tf.data.Options()
        options.deterministic = settings[self.id("deterministic")]
        if settings[self.id("rewrites")] == "as_written":
            options.experimental_optimization.apply_default_optimizations = False
            options.experimental_optimization.inject_prefetch = False
        return dataset.with_options(options)

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        if not self.is_on(settings):
            return StageCode()
        as_written = settings[self.id("rewrites")] == "as_written"
        return StageCode(
            (
                "options = tf.data.Options()",
                f"options.deterministic = {settings[self.id('deterministic')]}",
                *(_AS_WRITTEN if as_written else ()),
                "dataset = dataset.with_options(options)",
            )
        )


_KNOBS = (
    Knob(
        name="enabled",
        label="options",
        help="Whether tf.data.Options are set at all.",
        cannot_help="Off is the same as rewrites = tensorflow_default and deterministic = on.",
        kind=Toggle(),
        default=True,
    ),
    Knob(
        name="rewrites",
        label="rewrites",
        help=(
            "As written runs exactly the chain you see. TensorFlow default lets TensorFlow "
            "rewrite it: it may run maps in parallel, fuse map and batch, and add a prefetch."
        ),
        cannot_help="Makes no difference where everything is parallel and prefetched already.",
        kind=Choice(("as_written", "tensorflow_default")),
        default="as_written",
    ),
    Knob(
        name="deterministic",
        label="deterministic",
        help="On, parallel stages deliver elements in order; off, whichever is ready first.",
        cannot_help=(
            "Off helps only where some elements take much longer than others; the model then "
            "sees them in another order in every run."
        ),
        kind=Toggle(),
        default=True,
    ),
)
