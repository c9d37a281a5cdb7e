"""One plot per file: ``info`` turns runs into numbers, ``draw`` shows them."""
