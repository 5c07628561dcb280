"""What a small web framework would be: operations as data, requests, parameters, bodies, paging."""
