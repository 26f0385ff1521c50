// The lines the browser writes under cells of real steps, as JSON on the standard output; see tools/printed.py.

import { readFileSync } from "node:fs";
import { ground } from "../../assets/stage/model/expression.js";
import { lineOf, math, number, signed } from "../../assets/stage/model/typeset.js";
import { stepOf } from "./corpus.js";

/** @import { WireExpression } from "../../assets/stage/wire.js" */
/** @import { Operand } from "./corpus.js" */

/** @typedef {{ spot: Record<string, number>, value: number | string }} Asked */
/** @type {{ expression: WireExpression, operands: Operand[], cells: Asked[] }[]} */
const given = JSON.parse(readFileSync(process.argv[2], "utf-8"));

const lines = given.map(({ expression, operands, cells }) => {
  const steps = operands.map(stepOf);
  return cells.map(({ spot, value }) => {
    const { numbers, sign } = lineOf(ground(expression, spot, steps), Number(value));
    return { numbers, sign, result: math(signed(number(Number(value)))) };
  });
});
process.stdout.write(JSON.stringify(lines));
