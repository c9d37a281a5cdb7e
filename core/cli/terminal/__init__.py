"""What every command needs of the terminal and the system."""
