"""One file per kind of stage. Nothing outside ``core.pipeline`` knows which kinds exist."""
