"""The version of the software, not of a model."""

__version__ = "0.1.0"
