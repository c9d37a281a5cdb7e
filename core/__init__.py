"""Pipeline Explorer without its window: build, train, measure, keep and compare."""
