"""The catalogue: every known mistake, by family."""

from . import heads, masks, numerics, operands, positions, projections, scaling, softmax

FAMILIES = {
    "scaling": scaling.MISTAKES,
    "softmax": softmax.MISTAKES,
    "masks": masks.MISTAKES,
    "operands": operands.MISTAKES,
    "heads": heads.MISTAKES,
    "projections": projections.MISTAKES,
    "positions": positions.MISTAKES,
    "numerics": numerics.MISTAKES,
}
CATALOGUE = tuple(mistake for family in FAMILIES.values() for mistake in family)
BY_KEY = {mistake.key: mistake for mistake in CATALOGUE}
