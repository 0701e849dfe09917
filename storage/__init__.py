"""What is kept: tables, the functions that read and write them, files, backups."""
