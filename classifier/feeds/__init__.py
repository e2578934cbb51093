"""Feeds: many documents in (`sources`), results in order (`scoring`), lines that survive a crash (`output`)."""
