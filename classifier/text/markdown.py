"""Placeholder."""
from .extracted import Extracted


def extract_markdown(markup: str) -> Extracted:
    raise NotImplementedError
