// Nodes in their places and arrows between them, as thick and as dark as what passes along them; nothing passes: dotted.

import { drawn } from "../draw/nodes.js";
import { say } from "../model/say.js";
import { drawnOnce } from "./once.js";

/** @import { WireNode, WireWire, WireWiring } from "../wire.js" */

const ROW = 74; // px between two lines of nodes
const RADIUS = 17;
const LINE = 17; // between the two lines of a name
const LETTER = 10; // of a name
const FARTHEST = 3; // places that a name may take where no other stands on its line
const WIDEST = 11; // of a wire
const ASIDE = 5; // of each of two wires there and back
const PLACES = [0, 0.07, -0.07, 0.14, -0.14, 0.21, -0.21]; // where along a wire its number may stand, from its own place
const ORIGINS = 5; // colours of wires, by where they come from
const CROWDED = 16; // so many measured wires, and only the stronger ones are written on

/** @typedef {WireNode & { lines: string[], at: [x: number, y: number] }} Placed a node with its name in lines */
/** @typedef {WireWire & { strength: number }} Measured */

// --- names -----------------------------------------------------------------------------------------------------------

/**
 * @param {string} name
 * @param {number} room
 */
const short = (name, room) => (name.length > room ? `${name.slice(0, Math.max(1, room - 1))}…` : name);

/**
 * A name in one line, or in two about as long where one has no room.
 * @param {string} name
 * @param {number} room
 */
function lines(name, room) {
  const gaps = [...name.matchAll(/[ -]/g)].map(({ index }) => index);
  const middle = gaps.sort((one, other) => Math.abs(2 * one - name.length) - Math.abs(2 * other - name.length))[0];
  const found = name.length > room && middle ? [name.slice(0, middle + 1).trimEnd(), name.slice(middle + 1)] : [name];
  return found.map((line) => short(line, room));
}

/**
 * How many letters a name may have until it meets the next one on its line.
 * @param {WireNode} node
 * @param {WireNode[]} nodes
 * @param {number} width
 */
function room(node, nodes, width) {
  const places = nodes.map(({ x }) => x);
  const step = width / (Math.max(...places) - Math.min(...places) + 1);
  const neighbours = nodes.filter((other) => other !== node && other.y === node.y);
  const gap = neighbours.length ? Math.min(...neighbours.map(({ x }) => Math.abs(x - node.x))) : FARTHEST;
  return Math.max(2, Math.floor((gap * step) / LETTER));
}

/** @param {{ lines: string[] }} node */
const across = (node) => Math.max(...node.lines.map((line) => line.length));

/** @param {number} strength */
function written(strength) {
  if (!strength) return "0";
  if (strength < 0.0005) return "<0.001";
  return strength < 0.095 ? strength.toPrecision(1) : strength.toFixed(2);
}

// --- places ----------------------------------------------------------------------------------------------------------

/**
 * Room for the outermost nodes: half a circle and a little more, or half of the longest word.
 * @param {(WireNode & { lines: string[] })[]} nodes
 */
const margin = (nodes) => Math.max(1.5 * RADIUS, ...nodes.map((each) => (each.boxed ? 0 : 4 * across(each))));

/**
 * @param {(WireNode & { lines: string[] })[]} nodes
 * @param {number} width
 * @returns {Placed[]}
 */
function placed(nodes, width) {
  const right = Math.max(...nodes.map(({ x }) => x));
  const left = Math.min(...nodes.map(({ x }) => x));
  const top = Math.max(...nodes.map(({ y }) => y));
  const [before, after] = [left, right].map((end) => margin(nodes.filter(({ x }) => x === end)));
  const step = (width - before - after) / (right - left || 1);
  return nodes.map((node) => ({
    ...node,
    at: [right === left ? width / 2 : before + (node.x - left) * step, RADIUS + (top - node.y) * ROW],
  }));
}

/**
 * From the middle of a node to its rim: a circle, or the rectangle around a word.
 * @param {Placed} node
 * @param {number} dx
 * @param {number} dy
 */
function rim(node, dx, dy) {
  const [half, high] = [5 * across(node) + 4, 5 + 9 * node.lines.length];
  return node.boxed ? RADIUS : Math.min(half / Math.abs(dx || 1e-9), high / Math.abs(dy || 1e-9));
}

/** @typedef {{ from: [number, number], to: [number, number], way: [number, number] }} Line way: its direction, of length 1 */

/**
 * Both ends of a wire, at the rims of its nodes; aside: so far to its left, where another comes back.
 * @param {Placed} start
 * @param {Placed} end
 * @param {number} aside
 * @returns {Line}
 */
function lineBetween(start, end, aside) {
  const [[x, y], [u, v]] = [start.at, end.at];
  const long = Math.hypot(u - x, v - y) || 1;
  const [dx, dy] = [(u - x) / long, (v - y) / long];
  const [out, into] = [rim(start, dx, dy), rim(end, dx, dy) + 2];
  const [ax, ay] = [aside * dy, -aside * dx];
  return { from: [x + dx * out + ax, y + dy * out + ay], to: [u - dx * into + ax, v - dy * into + ay], way: [dx, dy] };
}

// --- wires -----------------------------------------------------------------------------------------------------------

/**
 * @param {Line} line
 * @param {number} size
 * @param {string} name
 */
function arrow({ from: [x, y], to: [u, v], way: [dx, dy] }, size, name) {
  const [bx, by] = [u - dx * size, v - dy * size];
  const [sx, sy] = [-dy * size * 0.55, dx * size * 0.55];
  const head = `M${u} ${v}L${bx + sx} ${by + sy}L${bx - sx} ${by - sy}Z`;
  return [
    drawn("line", { x1: x, y1: y, x2: bx, y2: by, class: name }),
    drawn("path", { d: head, class: name === "order" ? "head" : "tip" }),
  ];
}

/**
 * @param {WireWire} one
 * @param {WireWire} other
 */
const returns = (one, other) => one.start === other.end && one.end === other.start;

/**
 * @param {WireWire} wire
 * @param {Placed[]} nodes
 * @param {boolean} isTwoWay
 * @param {number} most the strongest of all
 * @param {string} origin the class of what comes from its node
 */
function drawnWire({ start, end, strength }, nodes, isTwoWay, most, origin) {
  const line = lineBetween(nodes[start], nodes[end], isTwoWay ? ASIDE : 0);
  if (strength === null) return drawn("g", {}, ...arrow(line, 7, "order"));
  const said = drawn("title", {}, `${nodes[start].name} → ${nodes[end].name}: ${written(strength)}`);
  if (!strength) return drawn("g", {}, noWire(line), said);
  const share = strength / most;
  const [shaft, tip] = arrow(line, 7 + 9 * share, "wire");
  shaft.setAttribute("stroke-width", String(0.8 + WIDEST * share));
  return drawn("g", { class: origin, opacity: 0.16 + 0.8 * share ** 0.7 }, shaft, tip, said);
}

/** @param {Line} line */
const noWire = ({ from: [x1, y1], to: [x2, y2] }) => drawn("line", { x1, y1, x2, y2, class: "none" });

/** @typedef {{ x: number, y: number, text: string, origin: string }} Label */

/** @param {string} text */
const halfWidth = (text) => 4 * text.length + 1;

/**
 * Whether a number covers no node and no other number.
 * @param {Label} label
 * @param {Label[]} others
 * @param {Placed[]} nodes
 */
const isFree = ({ x, y, text }, others, nodes) =>
  others.every(
    (other) => Math.abs(other.x - x) > halfWidth(text) + halfWidth(other.text) || Math.abs(other.y - y) > 14,
  ) && nodes.every(({ at: [u, v] }) => Math.hypot(u - x, v - y) > RADIUS + 7);

/**
 * The numbers of wires, the strongest first, each where it is free; else it is left out.
 * @param {Measured[]} wires
 * @param {Placed[]} nodes
 * @param {(wire: WireWire) => string} originOf
 */
function numbers(wires, nodes, originOf) {
  /** @type {Label[]} */
  const found = [];
  const starts = [...new Set(wires.map(({ start }) => start))];
  for (const wire of [...wires].sort((one, other) => other.strength - one.strength)) {
    const { start, end, strength } = wire;
    const [[x, y], [u, v]] = [nodes[start].at, nodes[end].at];
    const first = [0.5, 0.38, 0.62][starts.indexOf(start) % 3]; // wires that cross have theirs at different heights
    const label = PLACES.map((by) => first + by)
      .map((part) => ({
        x: x + (u - x) * part,
        y: y + (v - y) * part,
        text: written(strength),
        origin: originOf(wire),
      }))
      .find((each) => isFree(each, found, nodes));
    if (label) found.push(label);
  }
  return found.map(({ x, y, text, origin }) => drawn("text", { x, y, class: `number ${origin}` }, text));
}

// --- all of it -------------------------------------------------------------------------------------------------------

/** @param {Placed} node */
function drawnNode({ name, boxed, lines: written, at: [x, y] }) {
  /** @param {number} n */
  const high = (n) => y + LINE * (n - (written.length - 1) / 2);
  const texts = written.map((line, n) => drawn("text", { x, y: high(n), class: boxed ? "node" : "node word" }, line));
  const circle = boxed ? [drawn("circle", { cx: x, cy: y, r: RADIUS, class: "box" })] : [];
  return drawn("g", {}, ...circle, ...texts, drawn("title", {}, name));
}

/** @param {WireWire} wire @returns {wire is Measured} */
const isMeasured = (wire) => wire.strength !== null;

/**
 * @param {SVGSVGElement} svg
 * @param {WireWiring} data
 */
function layOut(svg, { nodes: named, wires }) {
  const width = Math.min(svg.clientWidth || 700, 860);
  const nodes = placed(
    named.map((each) => ({ ...each, lines: lines(each.name, room(each, named, width)) })),
    width,
  );
  const measured = wires.filter(isMeasured);
  const starts = [...new Set(measured.map(({ start }) => start))];
  /** @param {WireWire} wire */
  const originOf = ({ start }) => `from${Math.max(0, starts.indexOf(start)) % ORIGINS}`; // a number has its wire's colour
  const most = Math.max(0, ...measured.map(({ strength }) => strength)) || 1;
  const spoken = measured.filter(({ strength }) => strength && (measured.length <= CROWDED || strength > 0.55 * most));
  const weakFirst = [...wires].sort((one, other) => (one.strength ?? -1) - (other.strength ?? -1));
  const heights = nodes.map(({ y }) => y);
  svg.setAttribute("height", String(2 * RADIUS + ROW * (Math.max(...heights) - Math.min(...heights))));
  svg.replaceChildren(
    ...weakFirst.map((wire) =>
      drawnWire(
        wire,
        nodes,
        wires.some((other) => returns(wire, other)),
        most,
        originOf(wire),
      ),
    ),
    ...nodes.map(drawnNode),
    ...numbers(spoken, nodes, originOf),
  );
}

/**
 * @param {HTMLElement} root
 * @param {WireWiring} data
 */
function draw(root, data) {
  const told = data.wires.filter(isMeasured).map(({ start, end, strength }) =>
    say("{start} to {end} {strength}", {
      start: data.nodes[start].name,
      end: data.nodes[end].name,
      strength: written(strength),
    }),
  );
  const svg = drawn("svg", { role: "img", "aria-label": `${data.caption} ${told.join(say(", "))}` });
  root.replaceChildren(svg);
  layOut(svg, data);
  const sizes = new ResizeObserver(() => layOut(svg, data));
  sizes.observe(root);
  return () => sizes.disconnect();
}

export default drawnOnce(draw);
