"""One table of words per language; `runtime.core.dates.words` explains how to read them."""
