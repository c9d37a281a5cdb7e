"""The dialogs Compare… and Sweep…, which put an experiment together."""
