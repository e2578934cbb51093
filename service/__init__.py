"""The REST service. It knows the classifier by its public names only; `create_app` in `service.app` builds it."""
