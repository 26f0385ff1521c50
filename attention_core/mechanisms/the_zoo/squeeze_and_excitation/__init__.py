"""Squeeze-and-excitation networks. Hu, Shen and Sun 2018."""
