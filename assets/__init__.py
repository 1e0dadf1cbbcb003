"""What is made from packages and drawings before pages can be served: `python -m assets`."""
