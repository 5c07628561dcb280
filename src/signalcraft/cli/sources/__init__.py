"""Where answers come from: a server, an exported file, a database."""
