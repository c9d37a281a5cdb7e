"""Tables: their models, columns, widths and rows."""
