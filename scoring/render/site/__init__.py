"""A static site: pages that work from a folder, and the data with which a browser shows other views of them."""
