"""What every plot of the window is built on: pyqtgraph, set up once."""
