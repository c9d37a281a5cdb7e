"""The report: a comparison or sweep as one HTML file."""

from core.export.report.report import report_html

__all__ = ["report_html"]
