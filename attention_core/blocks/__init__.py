"""The building blocks of attention, written in the engine’s operations; no lesson, no picture."""
