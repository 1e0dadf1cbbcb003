"""Letting an app in: the page on which somebody says yes or no."""
