"""Runs bots: the core that interprets flows, and all that carries it to visitors and colleagues."""

import os

# NumPy reads this once, when it is loaded. Its threads wait for each other by spinning, and several
# processes of ours share the cores: vectors of 60 sentences took 7 s of CPU so, and take 0.8 s.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
