"""Charts of the report: one file each, numbers from ``core.analysis`` in, SVG out."""
