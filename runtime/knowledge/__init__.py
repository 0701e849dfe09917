"""Sources of knowledge in a worker: read, kept as versions, cut into passages, embedded."""
