"""Stages of one run: figures of its nodes, AUTOTUNE, causes of idle time."""
