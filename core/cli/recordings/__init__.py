"""Commands that read, export, import and mend what was recorded."""
