"""The app in a browser, as a newcomer meets it: one server, a fresh data directory, MovieLens as it is found."""
