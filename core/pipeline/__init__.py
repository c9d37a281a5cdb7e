"""One file per kind of stage. Nothing outside this folder knows which kinds exist."""
