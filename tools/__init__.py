"""What builds, starts and checks the real parts: run as `python -m tools.<name>`."""
