"""Sources, documents and their versions; what is searched, and how."""
