from .reading import read_numbers
