"""How random histories of a clinic are tried: the same few each time, or as many as asked for."""

import os

from hypothesis import HealthCheck, settings


def prepare_histories(usual, steps):
    """Hypothesis's settings for so many histories of so many steps."""
    examples = int(os.environ.get("CLINIC_FAMILY_EXAMPLES", "0"))
    return settings(
        max_examples=examples or usual,
        stateful_step_count=steps,
        derandomize=not examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
