"""Studies as pages that a person can look through; plain files, opened without a server."""

from modeling.training.report.pages import write_report

__all__ = ["write_report"]
