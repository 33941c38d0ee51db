"""`capture`: sees the calls of the program: one file per HTTP client, and OpenTelemetry spans where there are any."""
