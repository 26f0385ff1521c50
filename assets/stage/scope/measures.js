// What is measured of one head, as bars.

import { element } from "../draw/nodes.js";
import { cellText } from "../model/numbers.js";

/** @import { WireMeasure as Measure, WireRun as Run } from "../wire.js" */

/**
 * @param {Measure[]} measures
 * @param {Run} run
 * @param {number} k the head, in reading order
 */
export const measuresOf = (measures, run, k) =>
  measures.flatMap(({ key, title, about }) => {
    const value = run.measures[key]?.[k];
    if (value === undefined) return [];
    const bar = element("span", { className: "bar" });
    bar.style.width = `${100 * value}%`;
    return [
      element("dt", { textContent: title, title: about }),
      element("dd", {}, element("span", { className: "track" }, bar), cellText(value)),
    ];
  });
