"""The living style page: every piece of the design system, in each theme and language."""
