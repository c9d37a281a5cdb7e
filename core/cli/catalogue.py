"""All commands, in the order in which the help shows them."""

from __future__ import annotations

from core.cli.ceilings import CeilingsCommand
from core.cli.code import Code
from core.cli.command import Command
from core.cli.compare import Compare
from core.cli.completion import Completion
from core.cli.desktop_entry import DesktopEntry
from core.cli.diagnose import Diagnose
from core.cli.doctor import Doctor
from core.cli.export import Export
from core.cli.export_session import ExportSession
from core.cli.findings import Findings
from core.cli.follow import Follow
from core.cli.import_session import ImportSession
from core.cli.knobs import Knobs
from core.cli.new_workload import NewWorkload
from core.cli.open_trace import OpenTrace
from core.cli.patch import PatchCommand
from core.cli.presets import Presets
from core.cli.repair import Repair
from core.cli.report import ReportCommand
from core.cli.run import RunCommand
from core.cli.run_script import RunScript
from core.cli.runs import Runs
from core.cli.service import ServiceCommand
from core.cli.show import Show
from core.cli.stages import Stages
from core.cli.sweep import Sweep
from core.cli.trace import TraceCommand
from core.cli.watch import Watch
from core.cli.workloads import WorkloadsCommand

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
