"""One module a page: what it shows, in Chinese and English."""
