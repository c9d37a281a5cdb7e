"""A plan as the machine that carries it out has it."""

from __future__ import annotations

from dataclasses import replace

from core.engines.interpreter import Interpreter
from core.model.plan import RunPlan
from core.model.tracing import TraceOptions
from core.user_code.known_workloads import recorded_workload


def plan_there(plan: RunPlan, interpreter: Interpreter | None) -> RunPlan:
    """With the names that things have over there; the same for this machine."""
    if interpreter is None or not interpreter.machine:
        return plan
    trace = None if plan.trace is None else trace_there(plan.trace, interpreter)
    plan = replace(plan, data_folder=interpreter.cache, trace=trace)
    if plan.code is None:
        return plan
    code = plan.code.on("")
    there = recorded_workload(code)
    return replace(plan, workload=plan.workload if there is None else there.id, code=code)


def trace_there(options: TraceOptions, interpreter: Interpreter | None) -> TraceOptions:
    """Where a trace is put until it is sent."""
    if interpreter is None or not interpreter.machine:
        return options
    return replace(options, folder=f"{interpreter.cache}/traces")
