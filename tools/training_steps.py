"""Run the experiment of attention_core/race.py and write its counts into assets/experiments (about three seconds).

python -m tools.training_steps
"""

from __future__ import annotations

import json

from attention_core.race import FILE, experiment

if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(experiment(), indent=1) + "\n", encoding="utf-8")
