"""The living style page: every piece of the design system, in the theme and language of who looks."""
