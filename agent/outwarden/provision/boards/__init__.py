"""Boards: what is drawn, once, and how Grafana and CloudWatch draw it."""
