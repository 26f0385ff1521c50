// Nodes in their places and arrows between them, as thick and as dark as what passes along them; nothing passes: dotted.

const ROW = 74; // px between two lines of nodes
const RADIUS = 17;
const LINE = 17; // between the two lines of a name
const WIDEST = 11; // of a wire
const ASIDE = 5; // of each of two wires there and back
const PLACES = [0, 0.07, -0.07, 0.14, -0.14, 0.21, -0.21]; // where along a wire its number may stand, from its own place
const CROWDED = 16; // so many measured wires, and only the stronger ones are written on

const short = (name, room) => (name.length > room ? `${name.slice(0, Math.max(1, room - 1))}…` : name);

/** A name in one line, or in two about as long where one has no room. */
function lines(name, room) {
  const gaps = [...name.matchAll(/ /g)].map(({ index }) => index);
  const middle = gaps.sort((one, other) => Math.abs(2 * one - name.length) - Math.abs(2 * other - name.length))[0];
  const found = name.length > room && middle ? [name.slice(0, middle), name.slice(middle + 1)] : [name];
  return found.map((line) => short(line, room));
}

const across = (node) => Math.max(...node.lines.map((line) => line.length));
const written = (strength) => (!strength ? "0" : strength < 0.0005 ? "<0.001" : strength < 0.095 ? strength.toPrecision(1) : strength.toFixed(2));

/** Room for the outermost nodes: half a circle and a little more, or half of the longest word. */
const margin = (nodes) => Math.max(1.5 * RADIUS, ...nodes.map((each) => (each.boxed ? 0 : 4 * across(each))));

function places(nodes, width) {
  const right = Math.max(...nodes.map(({ x }) => x));
  const left = Math.min(...nodes.map(({ x }) => x));
  const top = Math.max(...nodes.map(({ y }) => y));
  const [before, after] = [left, right].map((end) => margin(nodes.filter(({ x }) => x === end)));
  const step = (width - before - after) / (right - left || 1);
  return nodes.map(({ x, y }) => [right === left ? width / 2 : before + (x - left) * step, RADIUS + (top - y) * ROW]);
}

/** From the middle of a node to its rim: a circle, or the rectangle around a word. */
function rim(node, dx, dy) {
  const [half, high] = [5 * across(node) + 4, 5 + 9 * node.lines.length];
  return node.boxed ? RADIUS : Math.min(half / Math.abs(dx || 1e-9), high / Math.abs(dy || 1e-9));
}

/** Both ends of a wire, at the rims of its nodes; aside: so far to its left, where another comes back. */
function ends([x, y], [u, v], from, to, aside) {
  const long = Math.hypot(u - x, v - y) || 1;
  const [dx, dy] = [(u - x) / long, (v - y) / long];
  const [out, into] = [rim(from, dx, dy), rim(to, dx, dy) + 2];
  const [ax, ay] = [aside * dy, -aside * dx];
  return [x + dx * out + ax, y + dy * out + ay, u - dx * into + ax, v - dy * into + ay, dx, dy];
}

function arrow([x, y, u, v, dx, dy], size, name) {
  const [bx, by] = [u - dx * size, v - dy * size];
  const [sx, sy] = [-dy * size * 0.55, dx * size * 0.55];
  return [
    drawn("line", { x1: x, y1: y, x2: bx, y2: by, class: name }),
    drawn("path", { d: `M${u} ${v}L${bx + sx} ${by + sy}L${bx - sx} ${by - sy}Z`, class: name === "order" ? "head" : "tip" }),
  ];
}

const returns = (one, other) => one.start === other.end && one.end === other.start;

function wire({ start, end, strength, back }, at, nodes, most) {
  const line = ends(at[start], at[end], nodes[start], nodes[end], back ? ASIDE : 0);
  if (strength === null) return drawn("g", {}, ...arrow(line, 7, "order"));
  const said = drawn("title", {}, `${nodes[start].name} → ${nodes[end].name}: ${written(strength)}`);
  if (!strength) return drawn("g", {}, drawn("line", { x1: line[0], y1: line[1], x2: line[2], y2: line[3], class: "none" }), said);
  const share = strength / most;
  const group = drawn("g", { opacity: 0.16 + 0.8 * share ** 0.7 }, ...arrow(line, 7 + 9 * share, "wire"), said);
  group.firstChild.setAttribute("stroke-width", 0.8 + WIDEST * share);
  return group;
}

/** The numbers of wires, the strongest first, each where it covers no node and no other number; else it is left out. */
function numbers(wires, at) {
  const placed = [];
  const half = (text) => 3.7 * text.length + 1;
  const free = (x, y, text) =>
    placed.every((other) => Math.abs(other.x - x) > half(text) + half(other.text) || Math.abs(other.y - y) > 14) &&
    at.every(([u, v]) => Math.hypot(u - x, v - y) > RADIUS + 7);
  const starts = [...new Set(wires.map(({ start }) => start))];
  for (const { start, end, strength } of [...wires].sort((one, other) => other.strength - one.strength)) {
    const text = written(strength);
    const along = (part) => at[start].map((from, axis) => from + (at[end][axis] - from) * part);
    const first = [0.5, 0.38, 0.62][starts.indexOf(start) % 3]; // wires that cross have theirs at different heights
    const part = PLACES.map((by) => first + by).find((part) => free(...along(part), text));
    if (part) placed.push({ x: along(part)[0], y: along(part)[1], text });
  }
  return placed.map(({ x, y, text }) => drawn("text", { x, y, class: "number" }, text));
}

function node({ name, boxed, lines }, [x, y]) {
  const high = (n) => y + LINE * (n - (lines.length - 1) / 2);
  const texts = lines.map((line, n) => drawn("text", { x, y: high(n), class: boxed ? "node" : "node word" }, line));
  return drawn("g", {}, ...(boxed ? [drawn("circle", { cx: x, cy: y, r: RADIUS, class: "box" })] : []), ...texts, drawn("title", {}, name));
}

function draw(svg, { nodes: named, wires }) {
  const width = Math.min(svg.clientWidth || 700, 860);
  const longest = Math.max(...named.map(({ y }) => named.filter((other) => other.y === y).length));
  const room = Math.max(2, Math.floor(width / longest / 10));
  const nodes = named.map((each) => ({ ...each, lines: lines(each.name, room) }));
  const at = places(nodes, width);
  const measured = wires.filter(({ strength }) => strength !== null);
  const most = Math.max(0, ...measured.map(({ strength }) => strength)) || 1;
  const spoken = measured.filter(({ strength }) => strength && (measured.length <= CROWDED || strength > 0.55 * most));
  const weak = (one, other) => (one.strength ?? -1) - (other.strength ?? -1);
  svg.setAttribute("height", 2 * RADIUS + ROW * (Math.max(...nodes.map(({ y }) => y)) - Math.min(...nodes.map(({ y }) => y))));
  svg.replaceChildren(
    ...[...wires].sort(weak).map((each) => wire({ ...each, back: wires.some((other) => returns(each, other)) }, at, nodes, most)),
    ...nodes.map((each, n) => node(each, at[n])),
    ...numbers(spoken, at),
  );
}

export default function show({ data, parentElement }) {
  const root = parentElement.querySelector("figure");
  const shown = JSON.stringify(data);
  if (root.dataset.shown === shown) return;
  root.dataset.shown = shown;
  root.watch?.disconnect();
  const strong = data.wires.filter(({ strength }) => strength !== null);
  const told = strong.map(({ start, end, strength }) => `${data.nodes[start].name} to ${data.nodes[end].name} ${written(strength)}`);
  const svg = drawn("svg", { role: "img", "aria-label": `${data.caption} ${told.join(", ")}` });
  root.replaceChildren(svg);
  draw(svg, data);
  root.watch = new ResizeObserver(() => draw(svg, data));
  root.watch.observe(root);
}
