"""Which stage limits training, which change helps, by how much: found by cutting and trying."""
