// The error function, against numbers of another program.

import assert from "node:assert/strict";
import { test } from "node:test";
import { erf } from "../../assets/stage/model/erf.js";

const WANTED = [
  [0, 0],
  [1e-9, 1.1283791670955127e-9],
  [-0.3, -0.3286267594591274],
  [0.46874, 0.49260441524411136],
  [0.46876, 0.4926225311068465],
  [-0.7, -0.6778011938374184],
  [1, 0.8427007929497149],
  [2.5, 0.999593047982555],
  [-4, -0.9999999845827421],
  [5.9, 0.9999999999999999],
  [40, 1],
];

test("the error function is right to the last digit but one", () => {
  for (const [x, wanted] of WANTED) assert.ok(Math.abs(erf(x) - wanted) <= 5e-16 * Math.abs(wanted), String(x));
});
