"""What is recommended, knob by knob, with the line that each is about."""

from __future__ import annotations

from collections.abc import Mapping

from core.diagnosis.state import State
from core.model.diagnosis import ChangedKnob
from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.recorded_chain.chain import ADDED_NAMES
from core.pipeline.training import training_changes
from core.statistics import RatioInterval


def changed_knobs(
    state: State, contributions: Mapping[str, RatioInterval] | None = None
) -> list[ChangedKnob]:
    """The knobs in which the best settings so far differ from the pipeline as it is.

    Args:
        state: What is known.
        contributions: What each gives, by its id; None where that was not measured.
    """
    graph = None if state.now is None else state.now.graph
    # A cache may take several knobs: the last of them turns it on.
    memory = {list(kept.changes)[-1]: kept.memory_bytes for kept in state.kept if kept.changes}
    changed = []
    for knob in state.current.differing(state.settings):
        nodes = [node for node in graph.all if knob in node.knobs.values()] if graph else []
        node = nodes[0] if nodes else _added_behind(state, graph, knob)
        site = None if node is None else node.site
        gives = (contributions or {}).get(knob)
        alone = state.settings.with_values({knob: state.current[knob]})
        changed.append(
            ChangedKnob(
                knob,
                state.settings[knob],
                state.current[knob],
                nodes[0].title if nodes else knob.partition(".")[0],
                "" if site is None else site.file,
                0 if site is None else site.line,
                None if gives is None else gives.ratio,
                None if gives is None else gives.low,
                None if gives is None else gives.high,
                memory.get(knob, 0.0),
                "; ".join(each.words for each in training_changes(state.settings, alone)),
            )
        )
    return changed


def _added_behind(state: State, graph: PipelineGraph | None, knob: str) -> Node | None:
    """The call behind which a stage stands that is not in the code; None for any other."""
    stages = state.settings.chain.stages
    stage = next(s for s in stages if any(s.id(each.name) == knob for each in s.knobs))
    if graph is None or stage.name not in ADDED_NAMES:
        return None
    return graph.by_key.get(getattr(stage, "behind", "")) or graph.last
