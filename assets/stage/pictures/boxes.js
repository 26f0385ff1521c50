// Boxes around parts of a picture: where they may be, and how they are drawn.

import { drawn, filled } from "../draw/nodes.js";
import { say } from "../model/say.js";

/** @import { WireBox, WirePanel } from "../wire.js" */

/** @typedef {[x: number, y: number, half: number]} Square its centre and half its side */

/** @param {number} number */
const shortened = (number) => String(Math.round(number * 100) / 100);

/**
 * @param {WireBox} box
 * @returns {Square}
 */
export const square = ({ x0, y0, x1, y1 }) => [(x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2];

/** @param {Square} square */
export const corners = ([x, y, half]) => ({ x0: x - half, y0: y - half, x1: x + half, y1: y + half });

/**
 * @param {number} v
 * @param {number} low
 * @param {number} high
 */
const short = (v, low, high) => Math.round(Math.max(low, Math.min(high, v)) * 100) / 100;

/**
 * The square moved and shrunk so far that it lies inside, its numbers short.
 * @param {Square} square
 * @param {WirePanel} panel
 * @returns {Square}
 */
export function inside([x, y, half], { bounds: { left, right, top, bottom, least, most } }) {
  const side = short(half, least, most);
  return [short(x, left + side, right - side), short(y, top + side, bottom - side), side];
}

/** @param {Square} square */
export const whereabouts = ([x, y, half]) =>
  say("across {x}, down {y}, half side {half}", {
    x: shortened(x),
    y: shortened(y),
    half: shortened(half),
  });

/**
 * The line a label stands on: above its box, below it, or inside, where there is room.
 * @param {WireBox} box
 * @param {number} unit
 * @param {number} rows
 */
function baseline({ y0, y1 }, unit, rows) {
  if (y0 - 18 * unit > -0.5) return y0 - 5 * unit;
  return y1 + 18 * unit < rows - 0.5 ? y1 + 14 * unit : y0 + 14 * unit;
}

/**
 * A box as a line on a wider line of paper, so that it shows on any ground; its label stands at its corner.
 * @param {WireBox} box
 * @param {number} unit one CSS pixel, measured in pixels of the picture
 * @param {WirePanel} panel
 */
export function drawnBox(box, unit, { rows }) {
  const { x0, y0, x1, y1, strength } = box;
  const place = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  const [casing, edge] = ["casing", "edge"].map((name) => drawn("rect", { ...place, class: name }));
  const width = 1 + 2.5 * strength;
  casing.style.strokeWidth = `${width + 2.5}px`;
  edge.style.strokeWidth = `${width}px`;
  for (const line of [casing, edge]) line.style.opacity = String(0.25 + 0.75 * strength);
  const group = drawn("g", { class: "box" }, casing, edge, ...labelOf(box, unit, rows));
  return box.handle ? grips(group, box, unit) : group;
}

/**
 * @param {WireBox} box
 * @param {number} unit
 * @param {number} rows
 */
function labelOf(box, unit, rows) {
  if (!box.label) return [];
  const place = { x: Math.max(-0.5 + 2 * unit, box.x0), y: baseline(box, unit, rows) };
  const text = drawn("text", { ...place, "font-size": 13 * unit, "stroke-width": 3.5 * unit }, box.label);
  text.style.opacity = String(0.5 + 0.5 * box.strength); // words stay legible
  return [text];
}

/**
 * What a movable box is held by.
 * @param {SVGGElement} group
 * @param {WireBox} box
 * @param {number} unit
 */
function grips(group, box, unit) {
  const { x0, y0, x1, y1 } = box;
  const ends = [
    [x0, y0],
    [x1, y0],
    [x0, y1],
    [x1, y1],
  ].map(([cx, cy]) => drawn("circle", { class: "corner", cx, cy, r: 5 * unit }));
  group.append(drawn("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, class: "grip" }), ...ends);
  const said = say("Box: {place}. Arrow keys move it, plus and minus change its size.", {
    place: whereabouts(square(box)),
  });
  const role = { role: "group", "aria-roledescription": say("movable box"), "aria-label": said };
  return filled(group, { tabindex: 0, ...role }, []);
}
