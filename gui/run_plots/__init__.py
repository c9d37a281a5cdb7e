"""Plots over the course of runs, which several pages show. One plot is one file."""
