"""Words of messages and tables; knows nothing of runs."""
