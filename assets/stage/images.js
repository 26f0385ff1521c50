// Pictures of pixels: panels of squares, with weights laid over them and boxes drawn around parts of them. Pixels that are
// numbers of the trace follow the stage; a box with a handle is dragged, and the stage follows it.

const LEVELS = 48; // shades told apart: so many paths at most, however many pixels
const NUDGE = 0.25; // pixels, for a press of a key
const TELL_AFTER = 300; // ms of rest before keys are reported
const LEAST = 0.5; // half the side of one pixel

const GROUND = {
  shade: (share) => `color-mix(in oklab, var(--bright) ${share * 100}%, var(--dark))`,
  positive: (share) => `color-mix(in oklab, var(--positive) ${share * 100}%, var(--st-background-color))`,
  negative: (share) => `color-mix(in oklab, var(--negative) ${share * 100}%, var(--st-background-color))`,
  heat: (share) => `color-mix(in srgb, var(--heat) ${share * 78}%, transparent)`,
};

// --- pixels ----------------------------------------------------------------------------------------------------------

/** How a pixel is filled: ["shade", 0.5], ["colour", "rgb(0, 0, 0)"]; undefined where the paper is bare. Without light it is dark. */
function filling({ kind, top }, pixel) {
  if (kind === "colour") return pixel ? [kind, pixel] : undefined;
  const level = Math.round((LEVELS * pixel) / top);
  const side = kind === "signed" ? (level < 0 ? "negative" : "positive") : kind;
  return level || kind === "shade" ? [side, Math.min(1, Math.abs(level) / LEVELS)] : undefined;
}

/** An SVG path for each filling: neighbours in a row as one rectangle; the first pixel is centred at 0, 0. */
function paths(layer, columns) {
  const found = new Map();
  const fillings = layer.pixels.map((pixel) => filling(layer, pixel));
  for (let start = 0, end; start < fillings.length; start = end) {
    const key = String(fillings[start]);
    const last = start - (start % columns) + columns; // of its row
    for (end = start + 1; end < last && String(fillings[end]) === key; ) end++;
    if (!fillings[start]) continue;
    if (!found.has(key)) found.set(key, { filling: fillings[start], path: "" });
    found.get(key).path += `M${(start % columns) - 0.5} ${Math.floor(start / columns) - 0.5}h${end - start}v1h${start - end}z`;
  }
  return [...found.values()];
}

function painted(layer, columns) {
  return paths(layer, columns).map(({ filling: [kind, share], path }) => {
    const node = drawn("path", { d: path, class: kind });
    node.style.fill = GROUND[kind]?.(share) ?? share;
    return node;
  });
}

// --- boxes -----------------------------------------------------------------------------------------------------------

const shortened = (number) => String(Math.round(number * 100) / 100);
const square = ({ x0, y0, x1, y1 }) => [(x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2];
const corners = ([x, y, half]) => ({ x0: x - half, y0: y - half, x1: x + half, y1: y + half });

/** The square moved and shrunk so far that it lies inside, its numbers short. */
function inside([x, y, half], { rows, columns }) {
  const short = (v, low, high) => Math.round(Math.max(low, Math.min(high, v)) * 100) / 100;
  const side = short(half, LEAST, Math.min(rows, columns) / 2);
  return [short(x, side - 0.5, columns - 0.5 - side), short(y, side - 0.5, rows - 0.5 - side), side];
}

const whereabouts = ([x, y, half]) => `across ${shortened(x)}, down ${shortened(y)}, half side ${shortened(half)}`;

/** A box as a line on a wider line of paper, so that it shows on any ground; its label stands in its corner. */
function box(given, unit, { rows }) {
  const { x0, y0, x1, y1, label, strength, handle } = given;
  const place = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  const lines = ["casing", "edge"].map((name) => drawn("rect", { ...place, class: name }));
  const above = y0 - 18 * unit > -0.5;
  const below = y1 + 18 * unit < rows - 0.5;
  const y = above ? y0 - 5 * unit : below ? y1 + 14 * unit : y0 + 14 * unit;
  const text = drawn("text", { x: Math.max(-0.5 + 2 * unit, x0), y, "font-size": 13 * unit, "stroke-width": 3.5 * unit }, label);
  lines.forEach((line) => (line.style.opacity = 0.25 + 0.75 * strength));
  lines.forEach((line, n) => (line.style.strokeWidth = `${1 + 2.5 * strength + (n ? 0 : 2.5)}px`));
  text.style.opacity = 0.5 + 0.5 * strength; // words stay legible
  const group = drawn("g", { class: "box" }, ...lines, ...(label ? [text] : []));
  return handle ? grips(group, given, place, unit) : group;
}

function grips(group, given, place, unit) {
  const round = (x, y) => drawn("circle", { class: "corner", cx: x, cy: y, r: 5 * unit });
  const { x0, y0, x1, y1 } = given;
  const ends = [[x0, y0], [x1, y0], [x0, y1], [x1, y1]].map(([x, y]) => round(x, y));
  group.append(drawn("rect", { ...place, class: "grip" }), ...ends);
  const said = `Box: ${whereabouts(square(given))}. Arrow keys move it, plus and minus change its size.`;
  return filled(group, { tabindex: 0, role: "group", "aria-roledescription": "movable box", "aria-label": said }, []);
}

// --- all of it -------------------------------------------------------------------------------------------------------

class Panels {
  constructor(root) {
    this.root = root;
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(root);
    this.onValues = ({ detail }) => this.follow(detail);
    document.addEventListener("atlas:values", this.onValues);
    root.addEventListener("pointerdown", (event) => this.take(event));
    root.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) root.addEventListener(end, () => this.release());
    root.addEventListener("keydown", (event) => this.key(event));
  }

  leave() {
    this.sizes.disconnect();
    clearTimeout(this.telling);
    document.removeEventListener("atlas:values", this.onValues);
  }

  /** Whoever holds a box keeps it where it is, whatever arrives meanwhile. */
  update({ data, setTriggerValue }) {
    this.data = JSON.parse(JSON.stringify(data)); // a copy of its own: boxes and pixels move
    this.send = (values) => setTriggerValue?.("moved", values);
    const { held } = this;
    if (held) this.put(held.panel, held.box, held.now);
    this.draw();
    if (held) this.preview();
  }

  draw() {
    const { panels, across } = this.data;
    this.root.style.maxWidth = "";
    const most = Math.min(panels.length, this.root.clientWidth < 560 ? 2 : 99, across);
    this.width = Math.min(250, Math.floor((this.root.clientWidth - 18 * (most - 1)) / most));
    this.root.style.maxWidth = `${(this.width + 18) * most}px`;
    this.root.style.setProperty("--width", `${this.width}px`);
    this.keepingFocus(() => this.root.replaceChildren(...panels.map((each, n) => this.panel(each, n))));
  }

  keepingFocus(redraw) {
    const active = this.root.getRootNode().activeElement;
    const focused = this.root.contains(active) && active.matches(".boxes *");
    redraw();
    if (focused) this.root.querySelector("g[tabindex]")?.focus({ preventScroll: true });
  }

  panel({ title, rows, columns, layers, boxes }, n) {
    const frame = drawn("rect", { class: "frame", x: -0.5, y: -0.5, width: columns, height: rows });
    const pixels = drawn("g", { class: "pixels" }, ...layers.flatMap((layer) => painted(layer, columns)));
    const movable = boxes.find((each) => each.handle);
    const named = movable ? { role: "group", "aria-label": title } : { role: "img", "aria-label": title };
    const dim = layers.some(({ kind }) => kind === "shade"); // dark in either theme
    const over = drawn("g", { class: dim ? "boxes dark" : "boxes" });
    const picture = drawn("svg", { viewBox: `-0.5 -0.5 ${columns} ${rows}`, "data-panel": n, ...named }, pixels, frame, over);
    const figure = made("figure", {}, made("figcaption", {}, title), picture);
    if (movable) figure.append(made("p", { class: "readout", "aria-live": "polite" }));
    this.outline(n, figure);
    return figure;
  }

  /** The boxes of one panel, and the words below it. */
  outline(n, figure = this.root.children[n]) {
    const panel = this.data.panels[n];
    const unit = panel.columns / this.width; // one CSS pixel, measured in pixels of the picture
    const boxes = panel.boxes.map((each) => box(each, unit, panel));
    this.keepingFocus(() => figure.querySelector(".boxes").replaceChildren(...boxes));
    const readout = figure.querySelector(".readout");
    if (readout) readout.textContent = this.moved ? capitalised(whereabouts(square(panel.boxes.find((each) => each.handle)))) : "Drag the box, or its corners.";
  }

  /** Numbers changed on the stage: pixels that are among them are shaded anew. */
  follow(valuesOf) {
    this.data.panels.forEach(({ layers, columns, rows }, n) => {
      const live = layers.filter(({ of }) => of && valuesOf(of[0]));
      if (!live.length) return;
      for (const layer of live) layer.pixels = [...valuesOf(layer.of[0]).subarray(layer.of[1], layer.of[1] + rows * columns)];
      this.root.children[n].querySelector(".pixels").replaceChildren(...layers.flatMap((layer) => painted(layer, columns)));
    });
  }

  // --- hands

  /** Where a pointer is, in pixels of the picture. */
  at(event, svg) {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [x, y];
  }

  take(event) {
    const grip = event.target.closest?.(".grip, .corner");
    if (!grip || event.button) return;
    const svg = grip.closest("svg");
    const panel = Number(svg.dataset.panel);
    const number = [...svg.querySelector(".boxes").children].indexOf(grip.closest(".box"));
    this.hold(panel, number, { from: this.at(event, svg), sizing: grip.matches(".corner") });
    this.root.setPointerCapture(event.pointerId);
    event.preventDefault();
    grip.closest(".box").focus({ preventScroll: true });
  }

  hold(panel, number, how) {
    const start = square(this.data.panels[panel].boxes[number]);
    this.held = { panel, box: number, start, now: start, ...how };
  }

  drag(event) {
    if (!this.held) return;
    const { panel, start, from, sizing } = this.held;
    const [x, y] = this.at(event, this.root.children[panel].querySelector("svg"));
    const [dx, dy] = [x - from[0], y - from[1]];
    const wide = Math.max(Math.abs(x - start[0]), Math.abs(y - start[1]));
    this.move(sizing ? [start[0], start[1], wide] : [start[0] + dx, start[1] + dy, start[2]]);
  }

  move(wanted) {
    const { panel, box: number } = this.held;
    const now = inside(wanted, this.data.panels[panel]);
    if (String(now) === String(this.held.now)) return;
    this.held.now = now;
    this.moved = true;
    this.put(panel, number, now);
    this.outline(panel);
    this.preview();
  }

  put(panel, number, now) {
    Object.assign(this.data.panels[panel].boxes[number], corners(now));
  }

  get message() {
    const { panel, box: number, now } = this.held;
    return { input: this.data.panels[panel].boxes[number].handle, values: now };
  }

  /** The stage computes with the box where it is; where nothing depends on it yet, the page is asked to let it. */
  preview() {
    const detail = { ...this.message, live: false };
    document.dispatchEvent(new CustomEvent("atlas:set", { detail }));
    if (detail.live || this.held.asked || String(this.held.now) === String(this.held.start)) return;
    this.held.asked = true;
    this.send(this.message);
  }

  release() {
    const { held } = this;
    if (held && String(held.now) !== String(held.start)) this.send(this.message);
    this.held = undefined;
  }

  key(event) {
    const by = { ArrowLeft: [-1, 0, 0], ArrowRight: [1, 0, 0], ArrowUp: [0, -1, 0], ArrowDown: [0, 1, 0], "+": [0, 0, 1], "=": [0, 0, 1], "-": [0, 0, -1] }[event.key];
    const group = event.target.closest?.("g[tabindex]");
    if (!by || !group || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const svg = group.closest("svg");
    const number = [...group.parentNode.children].indexOf(group);
    if (!this.held) this.hold(Number(svg.dataset.panel), number, {});
    this.move(this.held.now.map((v, n) => v + by[n] * NUDGE));
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.release(), TELL_AFTER);
  }
}

const capitalised = (words) => words[0].toUpperCase() + words.slice(1);

const SHOWN = new WeakMap();

export default function show(component) {
  const { parentElement } = component;
  if (!SHOWN.has(parentElement)) SHOWN.set(parentElement, new Panels(parentElement.querySelector(".panels")));
  SHOWN.get(parentElement).update(component);
  return () => {
    SHOWN.get(parentElement)?.leave();
    SHOWN.delete(parentElement);
  };
}
