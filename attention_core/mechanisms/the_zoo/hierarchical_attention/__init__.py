"""Hierarchical attention networks. Yang et al. 2016."""
