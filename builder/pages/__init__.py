"""The pages: layout only. What they do is in the plain functions of `builder`."""
