"""The alarm set as Prometheus rules, with tests for them, and examples of how to run both servers."""
