"""Sums of products of large arrays: np.einsum's own numbers, whatever the order of the axes."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core.engine.products import product

SIZES = dict(zip("abdefhkmqtvw", (3, 5, 2, 13, 4, 9, 17, 6, 19, 8, 23, 7), strict=True))
NOTATIONS = (
    "tm,hm->th", "th,mh->tm", "qm,hfm->hqf", "km,hfm->hfk", "hqf,hkf->hqk", "hqk,hkv->hqv", "hqdb,qbtd->hqbt",
    "th,th->th", "tm,m->mt", "tm->t", "tm->", "tm->mt", "m,mt->t", "tm,tm->", "hqk,hqv->hkv", "th,th,th->th",
    "tm,mh,hk->kt", "ab,hk->ahbk", "tma,ma->t", "ae,be->ab", "he,he->h", "tm,h->th",
)  # fmt: skip


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("layout", ["C", "F"])
def test_products_are_those_of_einsum(notation: str, layout: str) -> None:
    random = np.random.default_rng(0)
    operands = notation.split("->")[0].split(",")
    arrays = [np.asarray(random.normal(size=[SIZES[axis] for axis in each]), order=layout) for each in operands]
    found, wanted = product(notation, *arrays), np.einsum(notation, *arrays)
    assert found.shape == wanted.shape
    assert found == pytest.approx(wanted, rel=1e-12, abs=1e-12)


def test_the_last_axis_lies_together_in_memory() -> None:
    x, w = np.ones((SIZES["t"], SIZES["m"])), np.ones((SIZES["h"], SIZES["m"]))
    assert product("tm,hm->th", x, w).flags.c_contiguous
    assert product("hm,tm->th", w, x).flags.c_contiguous
