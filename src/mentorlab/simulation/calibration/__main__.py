"""``python -m mentorlab.simulation.calibration`` prints the external checks of the default."""

from __future__ import annotations

import sys

from .checks import checks

if __name__ == "__main__":
    sys.stdout.write(checks().summary() + "\n")
