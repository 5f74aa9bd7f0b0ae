"""One module a resource of the JSON API."""
