"""Find my bug: where numbers leave the right computation of attention, and which known mistake gives them."""
