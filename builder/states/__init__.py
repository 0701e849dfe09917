"""What each page shows at the moment: UI state only, over the plain functions of `builder`."""
