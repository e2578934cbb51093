"""Scoring: sentence logits and their shares, facts, findings, margins, spans, checklist."""
