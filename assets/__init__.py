"""What is made from packages and drawings before the place can serve pages; run as `python -m assets`."""
