"""What a person starts: runs, experiments and diagnoses, and the choice of where they train."""
