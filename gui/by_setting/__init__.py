"""The page *Against settings*: any metric of the recorded runs against their settings."""
