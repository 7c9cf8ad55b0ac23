"""Tries clients that nobody here wrote against an endpoint: `make clients`; world (data), trials (clients)."""
