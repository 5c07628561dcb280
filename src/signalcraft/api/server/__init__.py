"""The running server: from a request to its response, with keys, limits and logs."""
