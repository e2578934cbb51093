"""Placeholder."""
from .extracted import Extracted


def extract_html(markup: str) -> Extracted:
    raise NotImplementedError
