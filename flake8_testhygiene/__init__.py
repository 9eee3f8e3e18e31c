"""Reads tests the way a careful reviewer does."""

__version__ = "0.1.0"
