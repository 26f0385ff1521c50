// The whole computation as thumbnails: one small grid per step, arrows between the layers.

/** Layers of step ids: inputs first, then each step one layer after its deepest operand. */
function layersOf(steps, shown) {
  const depth = new Map();
  const visit = (step) => {
    if (!depth.has(step.id)) depth.set(step.id, 1 + Math.max(-1, ...operandIds(step.expression).map((id) => visit(steps[id]))));
    return depth.get(step.id);
  };
  shown.forEach(visit);
  const layers = [];
  for (const step of shown) (layers[depth.get(step.id)] ??= []).push(step);
  return layers.filter(Boolean);
}

class Thumbnail {
  constructor(step, choose) {
    this.step = step;
    const [rows, columns] = [step.shape[step.shape.length - 2] ?? 1, step.shape[step.shape.length - 1] ?? 1];
    const size = Math.max(4, Math.min(13, 60 / Math.max(rows, columns)));
    this.picture = drawn("svg", { width: columns * size, height: rows * size, "aria-hidden": "true" });
    this.cells = [];
    const [gap, rx] = step.view === "image" ? [0.5, 0] : [1, 1.5];
    for (let i = 0; i < rows * columns; i++) {
      const box = { x: (i % columns) * size, y: Math.floor(i / columns) * size, width: size - gap, height: size - gap, rx };
      this.cells.push(this.picture.appendChild(drawn("rect", box)));
    }
    const label = `${step.name}, ${step.shape.join(" by ") || "one number"}`;
    this.node = element("button", { type: "button", className: "thumb", onclick: choose, title: step.name, aria: { label } });
    this.node.append(element("span", { className: "symbol", innerHTML: math(step.symbol) }), this.picture);
  }

  start(at) {
    return flat(this.step, [...this.step.axes.slice(0, -2).map(([name]) => at[name] ?? 0), ...this.step.shape.slice(-2).map(() => 0)]);
  }

  paint(at, lit) {
    const [grounds, start] = [groundsOf(this.step), this.start(at)];
    this.cells.forEach((cell, i) => {
      const v = this.step.values[start + i];
      const fill = Number.isFinite(v) ? grounds(v) : "var(--blocked)"; // stripes cannot fill a rectangle of SVG
      if (cell.dataset.fill !== fill) cell.style.fill = cell.dataset.fill = fill;
      cell.classList.toggle("lit", lit.has(`${this.step.id}:${start + i}`));
    });
  }
}

class ComputationMap {
  constructor(steps, shown, choose) {
    this.node = element("div", { className: "map", aria: { role: "group", label: "The whole computation" } });
    this.thumbs = [];
    layersOf(steps, shown).forEach((layer, n) => {
      if (n) this.node.append(element("span", { className: "arrow", textContent: "→", aria: { hidden: "true" } }));
      for (const step of layer) {
        const thumb = new Thumbnail(step, () => choose(step));
        this.thumbs.push(thumb);
        this.node.append(thumb.node);
      }
    });
  }

  paint(at, current, lit) {
    for (const thumb of this.thumbs) {
      thumb.paint(at, lit);
      thumb.node.classList.toggle("current", thumb.step.id === current);
    }
    if (current !== this.current) this.centre((this.current = current));
  }

  /** The step on screen in the middle of what the strip shows. */
  centre(current) {
    const [strip, thumb] = [this.node.parentElement, this.thumbs.find(({ step }) => step.id === current)?.node];
    if (!strip?.scrollTo) return;
    const [room, place] = [strip.getBoundingClientRect(), thumb?.getBoundingClientRect()];
    strip.scrollTo({ left: place ? strip.scrollLeft + place.left - room.left - (room.width - place.width) / 2 : 0 });
  }
}
