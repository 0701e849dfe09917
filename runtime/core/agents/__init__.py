"""What an AI agent remembers between its steps, and what its tools are. Pure."""
