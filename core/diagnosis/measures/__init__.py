"""Cut rates and short trainings: what a diagnosis measures a pipeline with."""
