"""The policy: what `classifier/policies/health.toml` says (`load`) and what follows from it (`rules`)."""
