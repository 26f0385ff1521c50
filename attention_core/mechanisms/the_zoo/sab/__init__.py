"""Sparse attentive backtracking. Ke et al. 2018."""
