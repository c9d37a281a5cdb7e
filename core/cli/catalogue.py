"""All commands, in the order in which the help shows them."""

from __future__ import annotations

from core.cli.command import Command
from core.cli.machine.completion import Completion
from core.cli.machine.desktop_entry import DesktopEntry
from core.cli.machine.doctor import Doctor
from core.cli.machine.service import ServiceCommand
from core.cli.measure.ceilings import CeilingsCommand
from core.cli.measure.compare import Compare
from core.cli.measure.diagnose import Diagnose
from core.cli.measure.open_trace import OpenTrace
from core.cli.measure.run import RunCommand
from core.cli.measure.run_script import RunScript
from core.cli.measure.stages import Stages
from core.cli.measure.sweep import Sweep
from core.cli.measure.trace import TraceCommand
from core.cli.measure.watch import Watch
from core.cli.pipeline.code import Code
from core.cli.pipeline.findings import Findings
from core.cli.pipeline.knobs import Knobs
from core.cli.pipeline.new_workload import NewWorkload
from core.cli.pipeline.patch import PatchCommand
from core.cli.pipeline.presets import Presets
from core.cli.pipeline.show import Show
from core.cli.pipeline.workloads import WorkloadsCommand
from core.cli.recordings.export import Export
from core.cli.recordings.export_session import ExportSession
from core.cli.recordings.follow import Follow
from core.cli.recordings.import_session import ImportSession
from core.cli.recordings.repair import Repair
from core.cli.recordings.report import ReportCommand
from core.cli.recordings.runs import Runs

COMMANDS: tuple[Command, ...] = (
    RunCommand(),
    RunScript(),
    Watch(),
    Follow(),
    Diagnose(),
    TraceCommand(),
    OpenTrace(),
    Stages(),
    CeilingsCommand(),
    Compare(),
    Sweep(),
    ReportCommand(),
    Runs(),
    WorkloadsCommand(),
    Knobs(),
    Show(),
    Findings(),
    Presets(),
    Code(),
    PatchCommand(),
    NewWorkload(),
    Export(),
    Repair(),
    ExportSession(),
    ImportSession(),
    ServiceCommand(),
    Doctor(),
    Completion(),
    DesktopEntry(),
)
