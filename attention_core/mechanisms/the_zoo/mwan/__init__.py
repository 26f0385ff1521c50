"""Multiway attention networks. Tan et al. 2018."""
