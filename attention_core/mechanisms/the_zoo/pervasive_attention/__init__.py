"""Pervasive attention. Elbayad, Besacier and Verbeek 2018."""
