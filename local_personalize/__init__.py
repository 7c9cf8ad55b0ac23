"""Amazon Personalize, really running, on this machine; see docs/architecture.md for the reading order."""

VERSION = "0.1.0"
