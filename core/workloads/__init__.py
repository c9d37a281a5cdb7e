"""One file per workload; the tuple in ``catalogue`` names them all."""
