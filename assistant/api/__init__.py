"""The HTTP service: routes, errors, middleware."""
