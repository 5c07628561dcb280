"""The API's description: `openapi.json`, and the same as a page."""
