"""Where events go: the Protocol of a sink, and one file per destination."""
