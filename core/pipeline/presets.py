"""Named settings from naive to tuned, and the three textbook cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.model.chain import Chain
from core.model.errors import InputError
from core.model.kinds import AUTOTUNE, DEFAULT, OFF, Value
from core.model.settings import Settings
from core.pipeline.recorded_chain.chain import ADDED_NAMES, Recorded

_OF_OWN_CODE = ("map.num_parallel_calls", "interleave.num_parallel_calls", "prefetch.buffer_size")


@dataclass(frozen=True)
class Preset:
    """A name for a set of knob values.

    Attributes:
        id: What the command line takes.
        label: What menus show.
        help: What it is there to show.
        values: What it sets; knobs that a chain lacks are passed over.
        needs: Kinds of stage without which it would say nothing.
        workload: The workload it belongs to; empty where it fits any.
    """

    id: str
    label: str
    help: str
    values: Mapping[str, Value]
    needs: tuple[str, ...] = ()
    workload: str = ""

    def fits(self, workload: str, chain: Chain) -> bool:
        """Whether it says something about this workload."""
        kinds = {stage.kind for stage in chain.stages}
        return self.workload in ("", workload) and set(self.needs) <= kinds

    def apply(self, settings: Settings) -> Settings:
        """The settings with this preset's values; batch size, training and data stay.

        In someone's own code, where several stages may be of a kind, parallelism and prefetch are
        set at all of them. What decides there on what is trained on stays, and so do the options:
        between the file as it is and a preset only that differs which the preset is named after.
        """
        stages = settings.chain.stages
        own = [
            stage for stage in stages if isinstance(stage, Recorded) or stage.name in ADDED_NAMES
        ]
        known: dict[str, Value] = {}
        for stage in own or stages:
            for knob in stage.knobs:
                plain = f"{stage.kind}.{knob.name}"
                if plain in (_OF_OWN_CODE if own else self.values):
                    known[stage.id(knob.name)] = self.values[plain]
        return settings.with_values(known)


def _preset(
    label: str,
    text: str,
    changes: Mapping[str, Value],
    needs: tuple[str, ...] = ("prefetch",),
    workload: str = "",
) -> Preset:
    values = MappingProxyType({**_NAIVE, **changes})
    return Preset(label.replace(" ", "_"), label, text, values, needs, workload)


_NAIVE: Mapping[str, Value] = MappingProxyType(
    {
        "interleave.enabled": True,
        "interleave.cycle_length": 4,
        "interleave.block_length": 1,
        "interleave.num_parallel_calls": OFF,
        "map.enabled": True,
        "map.num_parallel_calls": OFF,
        "map.vectorized": False,
        "map.place": "pipeline",
        "cache.where": OFF,
        "cache.position": "after_map",
        "shuffle.buffer_size": OFF,
        "prefetch.buffer_size": OFF,
        "options.enabled": True,
        "options.deterministic": True,
        "options.rewrites": "as_written",
        "options.private_threadpool_size": DEFAULT,
        "options.max_intra_op_parallelism": DEFAULT,
        "options.autotune_cpu_budget": DEFAULT,
        "options.autotune_ram_budget": DEFAULT,
        "options.warm_start": False,
        "options.slack": False,
    }
)

PRESETS: tuple[Preset, ...] = (
    _preset("naive", "Nothing in parallel, nothing prefetched: each batch is waited for.", {}),
    _preset(
        "prefetch only",
        "Naive with prefetch last: loading and training overlap.",
        {"prefetch.buffer_size": AUTOTUNE},
    ),
    _preset(
        "parallel map",
        "Naive with a parallel map: several elements are worked on at once.",
        {"map.num_parallel_calls": AUTOTUNE},
        needs=("map",),
    ),
    _preset(
        "parallel read",
        "Naive with a parallel interleave: several files are read at once.",
        {"interleave.num_parallel_calls": AUTOTUNE},
        needs=("interleave",),
    ),
    _preset(
        "tuned",
        "Parallel map, parallel read and prefetch, all left to AUTOTUNE. No cache: it would pay "
        "only from the second epoch on, and may change what is trained on.",
        {
            "map.num_parallel_calls": AUTOTUNE,
            "interleave.num_parallel_calls": AUTOTUNE,
            "prefetch.buffer_size": AUTOTUNE,
        },
    ),
    _preset(
        "textbook 1",
        "NumPy arrays, batch, prefetch(AUTOTUNE), a small convnet.",
        {"prefetch.buffer_size": AUTOTUNE},
        workload="in_memory",
    ),
    _preset(
        "textbook 2",
        "The same with a parallel map that augments.",
        {"map.num_parallel_calls": AUTOTUNE, "prefetch.buffer_size": AUTOTUNE},
        workload="augmented",
    ),
    _preset(
        "textbook 3",
        "interleave over many .npz files in parallel, then batch and prefetch.",
        {
            "interleave.cycle_length": 8,
            "interleave.num_parallel_calls": AUTOTUNE,
            "map.num_parallel_calls": AUTOTUNE,
            "prefetch.buffer_size": AUTOTUNE,
        },
        workload="npz_shards",
    ),
)


def presets_for(workload: str, chain: Chain) -> tuple[Preset, ...]:
    """The presets that say something about a workload."""
    return tuple(preset for preset in PRESETS if preset.fits(workload, chain))


def preset(name: str, workload: str, chain: Chain) -> Preset:
    """The preset of that name; spaces, hyphens and underscores are alike.

    Raises:
        InputError: There is none, or it says nothing about this workload.
    """
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    fitting = presets_for(workload, chain)
    for candidate in fitting:
        if candidate.id == plain:
            return candidate
    expected = "one of " + ", ".join(candidate.id for candidate in fitting)
    if any(candidate.id == plain for candidate in PRESETS):
        raise InputError(f"The preset {plain} does not apply to {workload}", expected=expected)
    raise InputError(f"There is no preset {name!r}", expected=expected)
