// One array as real tables: a caption, one table per visible slice, every cell a number on a coloured ground.

const CALM = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches;

const element = (tag, properties = {}, ...children) => {
  const { data = {}, aria = {}, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  Object.assign(node.dataset, data);
  for (const [name, text] of Object.entries(aria)) node.setAttribute(name === "role" ? name : `aria-${name}`, text);
  node.append(...children);
  return node;
};

const axisSpan = (axis, text) => element("span", { className: "axis", textContent: text, data: { axis: axis.split(" ").pop() } });

/** What is shared out, so that along some axis it sums to 1, gets the colour of weights; all else the diverging scale. */
function isShares(step) {
  if (!step.expression || !step.values.length || step.values.some((v) => !(v >= 0))) return false;
  return step.shape.some((_, n) => sumsAlong(step, n).every((sum) => Math.abs(sum - 1) < 1e-9));
}

function sumsAlong({ shape, values }, n) {
  const inner = shape.slice(n + 1).reduce((product, size) => product * size, 1);
  const sums = new Array(values.length / shape[n]).fill(0);
  values.forEach((v, i) => (sums[Math.floor(i / (inner * shape[n])) * inner + (i % inner)] += v));
  return sums;
}

function tint(v, top, shares) {
  if (!Number.isFinite(v)) return "var(--masked)";
  const percent = top ? Math.round((Math.abs(v) / top) * 100) : 0;
  return `color-mix(in oklab, var(--${shares ? "share" : v < 0 ? "negative" : "positive"}) ${percent}%, var(--zero))`;
}

const isSignedImage = (step) => step.view === "image" && step.values.some((v) => v < 0);

/**
 * The ground of every cell of a step as a function of its number: shares, signed numbers, or the light of an image, from dark
 * at 0 to bright. signed: an image that stands beside one with numbers below 0 is coloured as that one is.
 */
function groundsOf(step, signed = isSignedImage(step)) {
  const top = topOf(step);
  if (step.view !== "image") return ((shares) => (v) => tint(v, top, shares))(isShares(step));
  if (signed) return (v) => tint(v, top, false);
  return (v) => (Number.isFinite(v) ? `color-mix(in oklab, var(--bright) ${shadeOf(v, top)}%, var(--dark))` : "var(--masked)");
}

const shadeOf = (v, top) => (top ? Math.round((v / top) * 100) : 0);

/** On which half of the light a number stands, to be written in white or in black; "" on any other ground. */
const lightOf = (ground) => (!ground.includes("--bright") ? "" : Number(ground.match(/(\d+)%/)[1]) < 47 ? "dark" : "bright"); // where white and black are equally far

const topOf = (step) => step.values.reduce((top, v) => (Number.isFinite(v) ? Math.max(top, Math.abs(v)) : top), 0);

/** The axes of which one position is chosen at a time: those before the ones drawn beside each other. */
const chosenAxes = (step) => step.axes.slice(0, -step.beside);

/** Positions along the leading axes that are drawn: the chosen one where `at` has it, else all. */
function slicesOf(step, at) {
  const chosen = chosenAxes(step).map(([name]) => name);
  const ranges = step.axes.slice(0, -2).map(([name, labels]) => (name in at && chosen.includes(name) ? [at[name]] : labels.map((_, i) => i)));
  return ranges.reduce((found, range) => found.flatMap((before) => range.map((i) => [...before, i])), [[]]);
}

const PIXEL = { most: 50, least: 9, written: 30, labelled: 13 }; // px: a side; one that holds a number, one that holds its label

class MatrixView {
  /** named: write each slice's place above it (a selector elsewhere may say it already). */
  constructor(step, at, editable, named) {
    this.step = step;
    this.named = named;
    this.editable = editable;
    this.cells = new Map(); // offset -> td
    this.slices = slicesOf(step, at);
    this.node = element("figure", { className: `matrix ${step.view}` }, this.caption());
    const tables = element("div", { className: "slices" });
    for (const slice of this.slices) tables.append(this.table(slice, editable));
    this.node.append(tables);
    this.paint();
  }

  caption() {
    const symbol = element("span", { className: "symbol", innerHTML: math(this.step.symbol) });
    const about = this.step.meaning || (this.step.name === this.step.plain ? "" : topicOf(this.step.name)); // where in a path: its symbol says it
    const shape = this.step.shape.length ? this.step.shape.join("×") : "1";
    return element("figcaption", {}, symbol, element("span", { className: "about", textContent: about }), element("small", { textContent: shape }));
  }

  table(slice, editable) {
    const [rows, columns] = this.edges();
    const hidden = this.sliceName(slice);
    const head = element("tr");
    if (columns[1].some((label) => label.length > 6)) head.className = "long"; // "function" over a narrow cell
    const table = element("table", { className: [editable ? "editable" : "", this.step.switch ? "switches" : ""].join(" ").trim(), aria: { role: "grid", label: this.gridName(slice) } }, element("thead", {}, head));
    const body = element("tbody");
    rows[1].forEach((_, r) => {
      const row = element("tr", {}, element("th"));
      columns[1].forEach((_, c) => row.append(this.cell([...slice, r, c].slice(-this.step.shape.length || Infinity))));
      body.append(row);
    });
    table.append(body);
    this.nameEdges(table);
    const box = element("div", { className: "slice" });
    if (hidden && this.named) box.append(element("p", { className: "slice-name" }, axisSpan(this.step.axes[0][0], hidden)));
    box.append(table);
    return box;
  }

  /** Whether another step could stand in the same cells. */
  fits(step, at, editable) {
    const spelled = ({ axes, shape, view }) => JSON.stringify([axes.map(([name]) => name), shape, view]);
    return spelled(step) === spelled(this.step) && step.switch === this.step.switch && String(slicesOf(step, at)) === String(this.slices) && editable === this.editable;
  }

  /** Show another step in the same cells. */
  become(step) {
    if (step === this.step) return this;
    this.step = step;
    this.node.querySelector("figcaption").replaceWith(this.caption());
    this.node.querySelectorAll("table").forEach((table, n) => {
      table.setAttribute("aria-label", this.gridName(this.slices[n]));
      this.nameEdges(table);
    });
    for (const cell of this.cells.values()) {
      cell.dataset.step = step.id;
      cell.textContent = ""; // another cell, not a changed one
    }
    this.paint();
    return this;
  }

  gridName(slice) {
    return [this.step.name, this.sliceName(slice)].filter(Boolean).join(", ");
  }

  sliceName(slice) {
    return slice.map((i, n) => placeName(this.step.axes[n], i)).join(", ");
  }

  /** The axes of rows and of columns, each a name and labels; one without a name where there is none. */
  edges() {
    const none = ["", [""]];
    const axes = this.step.axes.slice(-2);
    return [axes.length > 1 ? axes[0] : none, axes[axes.length - 1] ?? none];
  }

  /** The labels at both edges of a table. */
  nameEdges(table) {
    const [rows, columns] = this.edges();
    table.tHead.rows[0].replaceChildren(element("td", { className: "corner" }), ...columns[1].map((label) => this.heading(columns[0], label, "col")));
    rows[1].forEach((label, r) => table.tBodies[0].rows[r].cells[0].replaceWith(this.heading(rows[0], label, "row")));
  }

  heading(axis, label, scope) {
    const cell = element("th", { scope, title: axis ? `${axis} ${label}` : "" });
    cell.append(axisSpan(axis, label));
    return cell;
  }

  /** Show another slice in the same cells: leading axes in `at` move there. */
  move(at) {
    const slices = slicesOf(this.step, at);
    if (String(slices) === String(this.slices)) return false;
    const cells = [...this.cells.values()];
    const size = cells.length / slices.length;
    this.slices = slices;
    this.cells = new Map();
    cells.forEach((cell, n) => {
      const place = [...slices[Math.floor(n / size)], 0, 0];
      const offset = flat(this.step, place) + (n % size);
      cell.dataset.offset = offset;
      this.cells.set(offset, cell);
      cell.textContent = ""; // another cell, not a changed one
    });
    this.node.querySelectorAll(".slice-name .axis").forEach((name, n) => (name.textContent = this.sliceName(slices[n])));
    this.paint();
    return true;
  }

  cell(position) {
    const offset = this.step.shape.length ? flat(this.step, position) : 0;
    const cell = element("td", { tabIndex: -1, data: { step: this.step.id, offset }, aria: { role: "gridcell" } });
    this.cells.set(offset, cell);
    return cell;
  }

  /** Write the values into the cells that show another text or colour than before. */
  paint(hidden = -1, refused = new Map(), signed = isSignedImage(this.step)) {
    const grounds = groundsOf(this.step, signed);
    for (const [offset, cell] of this.cells) {
      const v = this.step.values[offset];
      const typed = refused.get(`${this.step.name}:${offset}`);
      const text = offset === hidden ? "?" : cellText(typed ?? v);
      cell.classList.toggle("refused", typed !== undefined);
      if (cell.firstElementChild) continue; // being typed in
      if (cell.textContent !== text) {
        if (cell.textContent && offset !== hidden && cell.textContent !== "?") this.flash(cell);
        cell.textContent = text;
      }
      if (this.step.switch) {
        cell.classList.toggle("on", (typed ?? v) !== 0);
        continue; // filled or empty: the style sheet's business
      }
      const ground = offset === hidden ? "var(--zero)" : grounds(v);
      if (cell.dataset.ground !== ground) {
        for (const half of ["dark", "bright"]) cell.classList.toggle(half, lightOf(ground) === half);
        cell.dataset.ground = ground;
        cell.style.background = ground;
      }
    }
  }

  /** An image: square pixels as large as fit into the room, and so many pictures in a line that they can be. */
  size(width, height) {
    const count = this.slices.length;
    const [rows, columns] = this.step.shape.slice(-2);
    const edge = 30; // labels, and the gap to the next picture
    const pixel = (across) => Math.max(0, Math.floor(Math.min(PIXEL.most, (width - across * edge) / (across * columns), height / (Math.ceil(count / across) * (rows + 1))) - 1));
    const ways = [...Array(count).keys()].map((n) => n + 1);
    const largest = Math.max(...ways.map(pixel));
    const missing = (n) => (n - (count % n)) % n; // places left empty in the last line
    const [across] = ways.filter((n) => pixel(n) >= 0.85 * largest).sort((a, b) => missing(a) - missing(b) || b - a);
    const size = Math.max(PIXEL.least, pixel(across));
    this.node.style.setProperty("--pixel", `${size}px`);
    this.node.style.setProperty("--across", across);
    this.node.classList.toggle("wordless", size < PIXEL.written);
    this.node.classList.toggle("sparse", size < PIXEL.labelled);
    return size;
  }

  flash(cell) {
    if (!CALM) cell.animate([{ boxShadow: "0 0 0 3px var(--accent)" }, {}], { duration: 1100, easing: "ease-out" });
  }
}
