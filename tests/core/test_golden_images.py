"""What must hold of lessons with images, whatever the numbers."""

from __future__ import annotations

import numpy as np

from attention_core import CURRICULUM

from .helpers import assert_close

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}


def test_gates_of_squeeze_and_excitation_know_no_places_and_do_not_compete() -> None:
    rng = np.random.default_rng(6)
    U, first, second = (rng.normal(size=shape) for shape in ((3, 5, 7), (2, 3), (3, 2)))
    shuffled = rng.permuted(U.reshape(3, -1), axis=1).reshape(U.shape)
    traces = [MECHANISMS["senet"].trace({"U": maps, "W_1": first, "W_2": second}) for maps in (U, shuffled)]
    gates = [trace["gates"].value for trace in traces]
    assert_close(*gates)
    assert abs(gates[0].sum() - 1) > 0.01
    assert_close(traces[1]["output"].value, gates[0][:, None, None] * shuffled)
