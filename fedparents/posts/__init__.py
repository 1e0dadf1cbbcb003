"""Messages, questions, and what asks and offers build on: one envelope for everything published."""
