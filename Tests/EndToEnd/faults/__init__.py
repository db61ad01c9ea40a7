"""Checks the promises of delivery: people chat through a proxy that fails at random, while the server is killed.

`python -m faults --help`, or `make faults SECONDS=1800`. What is promised stands in docs/reliability.md.
"""
