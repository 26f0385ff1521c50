// Pictures of pixels: panels of squares, with weights laid over them and boxes drawn around parts of them.

const GROUND = {
  shade: (share) => `color-mix(in oklab, var(--st-text-color) ${share * 100}%, var(--st-background-color))`,
  positive: (share) => `color-mix(in oklab, var(--positive) ${share * 100}%, var(--st-background-color))`,
  negative: (share) => `color-mix(in oklab, var(--negative) ${share * 100}%, var(--st-background-color))`,
  heat: (share) => `color-mix(in srgb, var(--heat) ${share * 78}%, transparent)`,
  colour: (colour) => colour,
};

function layer({ kind, share, path }) {
  const node = drawn("path", { d: path, class: kind });
  node.style.fill = GROUND[kind](share);
  return node;
}

/** A box as a line on a wider line of paper, so that it shows on any ground; its label stands in its corner. */
function box({ x0, y0, x1, y1, label, strength }, unit, { rows }) {
  const place = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  const lines = ["casing", "edge"].map((name) => drawn("rect", { ...place, class: name }));
  const above = y0 - 18 * unit > -0.5;
  const below = y1 + 18 * unit < rows - 0.5;
  const y = above ? y0 - 5 * unit : below ? y1 + 14 * unit : y0 + 14 * unit;
  const text = drawn("text", { x: Math.max(-0.5 + 2 * unit, x0), y, "font-size": 13 * unit, "stroke-width": 3.5 * unit }, label);
  lines.forEach((line) => (line.style.opacity = 0.12 + 0.88 * strength));
  text.style.opacity = 0.5 + 0.5 * strength; // words stay legible
  return drawn("g", { class: "box" }, ...lines, ...(label ? [text] : []));
}

function panel(given, width) {
  const { title, rows, columns, layers, boxes } = given;
  const unit = columns / width; // one CSS pixel, measured in pixels of the picture
  const view = `-0.5 -0.5 ${columns} ${rows}`;
  const picture = drawn("svg", { viewBox: view, role: "img", "aria-label": title }, ...layers.map(layer), drawn("rect", { class: "frame", x: -0.5, y: -0.5, width: columns, height: rows }), ...boxes.map((each) => box(each, unit, given)));
  const figure = document.createElement("figure");
  const name = document.createElement("figcaption");
  name.textContent = title;
  figure.append(name, picture);
  return figure;
}

export default function show({ data, parentElement }) {
  const root = parentElement.querySelector(".panels");
  const fill = () => {
    root.style.maxWidth = "";
    const phone = root.clientWidth < 560;
    const most = Math.min(data.panels.length, phone ? 2 : 99, data.across);
    const width = Math.min(250, Math.floor((root.clientWidth - 18 * (most - 1)) / most));
    root.style.maxWidth = `${(width + 18) * most}px`;
    root.style.setProperty("--width", `${width}px`);
    root.replaceChildren(...data.panels.map((each) => panel(each, width)));
  };
  const sizes = new ResizeObserver(fill);
  sizes.observe(root);
  fill();
  return () => sizes.disconnect();
}
