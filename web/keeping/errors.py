"""What ends a restoration, in words for the operator."""


class Unfit(Exception):
    """This file cannot be put back here; the text says why, and what to do if something can be."""
