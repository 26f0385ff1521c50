"""python -m tools.models: open every model there is once, so that whatever has to be converted is.

The float32 copies stand in the cache folder, ATLAS_CACHE or that of the user: 538 MB for SmolLM2.
"""

from __future__ import annotations

import sys

from attention_core.models import ModelError, known_models, open_model


def told(done: float) -> None:
    print(f"\r  converted {done:4.0%}", end="" if done < 1 else "\n", flush=True)


def main() -> None:
    for known in known_models():
        print(known.title, flush=True)
        try:
            print(f"  {open_model(known.place, progress=told)}")
        except ModelError as problem:
            sys.exit(f"  {problem}")


if __name__ == "__main__":
    main()
