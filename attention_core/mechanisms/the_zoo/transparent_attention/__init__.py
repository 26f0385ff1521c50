"""Transparent attention. Bapna et al. 2018."""
