// What the browser reads in every text of a JSON file, as JSON on the standard output; see tests/app/test_reading.py.

import { readFileSync } from "node:fs";
import { readTable } from "../../assets/stage/model/tables.js";

/**
 * "row 2, column 1", as Python names a cell.
 * @param {number[]} place
 */
const where = (place) => place.map((n, i) => `${["row", "column"][i]} ${n + 1}`).join(", ");

/**
 * @param {string} text
 * @param {boolean} isSwitch
 */
export function read(text, isSwitch) {
  try {
    return { table: readTable(text, isSwitch) };
  } catch (error) {
    return { where: where(error.place), message: error.message };
  }
}

if (process.argv[2]) {
  const cases = JSON.parse(readFileSync(process.argv[2], "utf-8"));
  process.stdout.write(JSON.stringify(cases.map((each) => read(each.text, each.switch))));
}
