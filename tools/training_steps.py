"""Run the experiment of the lesson on training steps and write its counts into the package (about three seconds).

python -m tools.training_steps
"""

from __future__ import annotations

import json
from pathlib import Path

from attention_core.mechanisms.recurrence_against_attention.rnn_training_steps.convergence_experiment import (
    RECORDED,
    experiment,
)

FILE = Path(__file__).parents[1] / "attention_core" / "data" / RECORDED

if __name__ == "__main__":
    FILE.write_text(json.dumps(experiment(), indent=1) + "\n", encoding="utf-8")
