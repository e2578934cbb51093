"""Measurements that are commands. Nothing of Caveat imports this."""
