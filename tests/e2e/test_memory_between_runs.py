"""What a training leaves behind in the process."""

import gc
from pathlib import Path

from core.measure.fit import fit
from core.model.plan import RunPlan
from core.workloads.catalogue import workload


def graphs() -> int:
    gc.collect()
    return sum(type(thing).__name__ == "FuncGraph" for thing in gc.get_objects())


def test_no_graph_of_a_training_outlives_it(data_folder: Path) -> None:
    of = workload("in_memory")
    chosen = of.chain.defaults().with_values({"fit.epochs": 1, "fit.steps_per_epoch": 5})

    def train() -> None:
        fit(RunPlan(of.id, chosen, str(data_folder)), lambda event: None, lambda: False)

    train()
    before = graphs()
    train()
    train()
    assert graphs() <= before
