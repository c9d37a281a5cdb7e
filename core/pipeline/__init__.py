"""How a ``tf.data`` pipeline is declared, built, written as Python and understood as a graph."""
