"""Whole journeys of people through a place that really runs, in a real browser."""
