"""Whether what stands in front of a tf.data service can run in other processes at all."""

from __future__ import annotations

from core.model.errors import InputError
from core.model.settings import Settings
from core.pipeline.graph.graph import Node
from core.pipeline.graph.written_graph import graph_of
from core.pipeline.stages.service import Service


def check_service(settings: Settings) -> None:
    """Make sure that no Python function stands in front of a service.

    Args:
        settings: A value for every knob of a chain.

    Raises:
        InputError: One does; names the stage and its line.
    """
    stages = [stage for stage in settings.chain.stages if isinstance(stage, Service)]
    if not any(stage.is_on(settings) for stage in stages):
        return
    graph = graph_of(settings)
    for service in graph.of_kind(Service.kind):
        for node in graph.before(service):
            for inner in (node, *graph.nested(node)):
                if _runs_python(inner, settings):
                    raise _of_python(inner)


def _runs_python(node: Node, settings: Settings) -> bool:
    stage = settings.chain.stage(node.key)
    return node.python or (stage is not None and stage.runs_python(settings))


def _of_python(node: Node) -> InputError:
    moved = " or put the service in front of it (service.position)" if node.inputs else ""
    return InputError(
        f"{node.words} is a Python function, and it stands in front of the tf.data service: its "
        "workers are other processes, which do not have it",
        expected="TensorFlow operations alone in front of the service",
        remedy=f"Write it with TensorFlow operations,{moved or ' or leave the service out'}.",
    )
