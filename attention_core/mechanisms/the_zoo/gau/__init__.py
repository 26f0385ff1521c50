"""Global attention upsample. Li et al. 2018."""
