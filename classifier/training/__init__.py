"""Training: corpus → check → split → fit → calibrate → evaluate → register. Imports scikit-learn; inference does not."""
