"""Commands that look after the machine: checks, completion, menu entry, service processes."""
