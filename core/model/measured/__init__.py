"""What was measured of a run, as plain values: samples, resources, data, nodes, ceilings."""
