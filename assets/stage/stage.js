// The matrix stage: operands and result of one step, the arithmetic of the cell pointed at, the rail and the map.
// It knows axes and shapes. What a cell is made of comes from the expression that arrives with each step.

const STAGES = new WeakMap();
const TOUCH = globalThis.matchMedia?.("(pointer: coarse)").matches;
const SEND_AFTER = 250; // ms of rest before the page is told where the learner is looking

/** The style sheet, once in whatever tree the stage stands: a shadow root, or the document of a handout. */
function dress(tree) {
  dress.sheet ??= new CSSStyleSheet();
  if (!dress.sheet.cssRules.length) dress.sheet.replaceSync(STYLE);
  if (!tree.adoptedStyleSheets.includes(dress.sheet)) tree.adoptedStyleSheets.push(dress.sheet);
}

const PATIENCE = [2000, 4000, 8000, 16000]; // ms to wait for an answer before an edit is sent again

const beyond = (v) => Number.isNaN(v) || v === Infinity;

const decode = (text) => new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

class Stage {
  constructor(root) {
    this.at = {};
    this.unsent = [];
    this.sequence = 0;
    this.rail = element("div", { className: "rail", aria: { role: "tablist", label: "Steps" } });
    this.back = element("button", { type: "button", className: "turn", textContent: "←", title: "Previous step", aria: { label: "Previous step" }, onclick: () => this.turn(-1) });
    this.next = element("button", { type: "button", className: "turn", textContent: "→", title: "Next step", aria: { label: "Next step" }, onclick: () => this.turn(1) });
    this.bar = element("div", { className: "bar" }, this.rail, element("div", { className: "turns" }, this.back, this.next));
    this.selectors = element("div", { className: "selectors" });
    this.stage = element("div", { className: "stage" });
    this.notice = element("p", { className: "notice", aria: { role: "alert" } });
    this.symbols = element("div", { className: "symbols" });
    this.numbers = element("div", { className: "numbers" });
    this.live = element("p", { className: "spoken", aria: { live: "polite" } });
    this.arithmetic = element("div", { className: "arithmetic" }, this.symbols, this.numbers, this.live);
    this.mapBox = element("div", { className: "map-box" });
    this.words = element("article", { className: "words" });
    this.predict = new Predict(this);
    this.clock = new Clock(this);
    this.foot = element("div", { className: "foot" }, this.clock.heats, this.mapBox);
    this.card = element("section", { className: "card", aria: { label: "Stage" } }, this.selectors, this.stage, this.notice, this.arithmetic, this.foot);
    this.below = element("div", { className: "below" }, this.words, this.predict.node);
    this.root = root;
    dress(root.getRootNode());
    root.replaceChildren(this.bar, this.clock.node, this.card, this.below);
    this.listen();
  }

  // --- what arrives from the page -----------------------------------------------------------------------------------

  update(component) {
    const { data } = component;
    this.component = component;
    this.data = data;
    this.themed();
    const structure = JSON.stringify([data.steps, data.stops.map((stop) => [stop.title, stop.steps, stop.result]), data.hide]);
    const rebuilt = structure !== this.structure;
    const here = this.stops && this.stop && { ...this.view(), token: this.token };
    if (rebuilt) this.build(data, structure);
    data.stops.forEach((stop, n) => Object.assign(this.stops[n], { words: stop.words }));
    this.unsent = this.unsent.filter((edit) => edit.sequence > data.sequence);
    this.refused = new Map((data.refused ?? []).map(([name, offset, value]) => [`${name}:${offset}`, value]));
    if (rebuilt || !this.unsent.length) this.take(decode(data.values));
    if (data.problem !== this.problem) this.object((this.problem = data.problem) ?? "");
    if (data.view.token !== this.token) this.look(data.view);
    else if (rebuilt) this.look(here);
    else this.paint();
    this.scrub.keep(rebuilt);
    if (data.link !== undefined && data.link !== this.link) this.address(data.link);
  }

  build(data, structure) {
    this.structure = structure;
    this.steps = data.steps.map((step, id) => ({ ...step, id, shape: step.axes.map(([, labels]) => labels.length), values: new Float64Array() }));
    this.stops = data.stops.map((stop) => ({ ...stop }));
    const shown = [...new Set(this.stops.flatMap((stop) => [...stop.steps, ...(stop.result === null ? [] : [stop.result])]))].sort((a, b) => a - b);
    this.shown = shown.map((id) => this.steps[id]);
    this.hides = new Set(data.hide);
    this.root.dataset.mode = data.mode;
    this.bar.hidden = this.stops.length < 2;
    this.predict.node.hidden = this.hides.has("predict");
    this.arithmetic.hidden = this.hides.has("arithmetic");
    this.below.hidden = data.mode !== "lesson";
    this.map = undefined;
    this.mapBox.replaceChildren();
    if (data.mode === "lesson" && this.stops.length > 1) this.drawMap();
    this.clock.build();
    this.position = undefined;
    this.concealed = undefined;
    this.predict.step = undefined;
  }

  take(values) {
    let start = 0;
    for (const step of this.steps) {
      const size = step.shape.reduce((product, n) => product * n, 1);
      step.values = values.slice(start, start + size);
      start += size;
    }
    this.feeding = new Map();
  }

  look(view) {
    this.token = view.token;
    this.at = { ...this.at, ...view.at };
    const wanted = this.stops.findIndex((stop) => stop.title === view.stop);
    this.open(Math.max(0, wanted), false);
    const step = this.result;
    if (step && view.cell && this.holds(view.cell)) this.pin(step, flat(step, view.cell), false);
    this.told = JSON.stringify(this.view());
  }

  /** Whether the step on screen has a cell at these positions. */
  holds(cell) {
    return cell.length === this.result?.shape.length && cell.every((i, n) => i < this.result.shape[n]);
  }

  address(link) {
    this.link = link;
    if (this.data.mode !== "lesson") return;
    history.replaceState(history.state, "", location.pathname + (link ? `?${link}` : ""));
  }

  themed() {
    const ground = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim();
    const dark = /^(#|rgb)/.test(ground)
      ? canvasColour(ground).match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) < 384
      : matchMedia("(prefers-color-scheme: dark)").matches;
    this.root.dataset.theme = dark ? "dark" : "light";
  }

  // --- where the learner is -----------------------------------------------------------------------------------------

  get stop() {
    return this.stops[this.position];
  }

  get result() {
    return this.stop?.result === null ? undefined : this.steps[this.stop?.result];
  }

  /** Steps drawn at this stop: the named operands of the result, then the result; or just a list. */
  get drawn() {
    if (!this.result) return this.stop.steps.map((id) => this.steps[id]);
    return [...operandIds(this.result.expression).map((id) => this.steps[id]), this.result];
  }

  open(position, tell = true) {
    const kept = this.at;
    const pinned = this.clock.moving && this.pinned && this.pinned.step === this.result && unflat(this.result, this.pinned.offset);
    this.position = Math.max(0, Math.min(this.stops.length - 1, position));
    this.pinned = undefined;
    this.current = undefined;
    this.conceal(null, false);
    this.arithmetic.style.minHeight = "";
    this.tallest = 0;
    const leading = this.result ? chosenAxes(this.result) : [];
    this.at = Object.fromEntries(leading.map(([name, labels]) => [name, Math.min(kept[name] ?? 0, labels.length - 1)]));
    this.drawRail();
    this.drawSelectors(leading);
    this.clock.arrive();
    this.drawStage(this.clock.moving);
    if (pinned && this.holds(pinned)) this.hold(this.result, flat(this.result, pinned));
    if (this.wordsOf !== this.stop.words) this.words.innerHTML = this.wordsOf = this.stop.words ?? "";
    this.predict.node.hidden = this.hides.has("predict") || !this.result;
    if (!this.hides.has("predict")) this.predict.show(this.result);
    this.paint();
    if (tell) this.tell();
  }

  turn(by) {
    if (this.position + by >= 0 && this.position + by < this.stops.length) this.open(this.position + by);
  }

  /** Tell the page, after a moment of rest, what is being looked at: it belongs to the shared link. */
  tell() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.say(), SEND_AFTER);
  }

  /** What is new. With the time: said once more after something else was heard, the same would tell the page nothing. */
  say() {
    const view = this.view();
    if (JSON.stringify(view) === this.told) return;
    this.told = JSON.stringify(view);
    this.component.setStateValue?.("view", { ...view, time: Date.now() });
  }

  view() {
    const cell = this.pinned && this.pinned.step === this.result ? unflat(this.pinned.step, this.pinned.offset) : null;
    return { stop: this.stop.title, cell, at: this.at };
  }

  // --- drawing ------------------------------------------------------------------------------------------------------

  drawRail() {
    if (this.stops.length < 2) return this.rail.replaceChildren();
    if (!this.rail.children.length || this.railFor !== this.structure) this.layRail();
    this.tabs.forEach((tab, n) => {
      tab.setAttribute("aria-selected", String(n === this.position));
      tab.tabIndex = n === this.position ? 0 : -1;
      tab.classList.toggle("ahead", n > this.position);
    });
    const tab = this.tabs[this.position];
    this.rail.querySelectorAll(".group").forEach((group) => group.classList.toggle("open", group.contains(tab)));
    this.rail.scrollTo?.({ left: tab.offsetLeft - this.rail.clientWidth / 2 + tab.clientWidth / 2 });
    this.back.disabled = this.position === 0;
    this.next.disabled = this.position === this.stops.length - 1;
  }

  /** A tab for every stop. Neighbours whose names are paths with a common start stand in a group, closed to one tab elsewhere. */
  layRail() {
    this.railFor = this.structure;
    this.tabs = this.stops.map((stop, n) => this.tab(stop, n));
    const runs = [];
    this.stops.forEach(({ title }, n) => {
      const name = groupOf(title);
      if (!name || runs[runs.length - 1]?.name !== name) runs.push({ name, tabs: [] });
      runs[runs.length - 1].tabs.push(this.tabs[n]);
    });
    this.rail.replaceChildren(...runs.flatMap(({ name, tabs }) => (name ? [this.group(capital(name), tabs)] : tabs)));
  }

  group(name, tabs) {
    tabs[0].prepend(element("span", { className: "whole", textContent: name }));
    const label = element("span", { className: "label", textContent: name, aria: { hidden: "true" } });
    return element("div", { className: "group", aria: { role: "presentation" } }, label, ...tabs);
  }

  tab(stop, n) {
    const number = element("small", { textContent: n + 1 });
    const name = element("span", { textContent: capital(topicOf(stop.title)) });
    return element("button", { type: "button", onclick: () => this.open(n), data: { stop: stop.title }, aria: { role: "tab" } }, number, name);
  }

  drawSelectors(leading) {
    const choices = leading.filter(([, labels]) => labels.length > 1);
    this.selectors.hidden = !choices.length;
    this.selectors.replaceChildren(...choices.map(([name, labels]) => this.selector(name, labels)));
  }

  selector(name, labels) {
    const group = element("div", { className: "selector", aria: { role: "group", label: name } }, axisSpan(name, name));
    labels.forEach((label, i) => {
      const chosen = this.at[name] === i;
      const choose = () => ((this.at[name] = i), this.redraw());
      group.append(element("button", { type: "button", textContent: label, onclick: choose, aria: { pressed: String(chosen) } }));
    });
    return group;
  }

  /** Another slice of the same step: keep the place, draw the matrices anew. */
  redraw() {
    const focused = [...this.selectors.querySelectorAll("button")].indexOf(this.root.getRootNode().activeElement);
    const leading = chosenAxes(this.result);
    this.pinned = this.current = undefined;
    this.drawSelectors(leading);
    this.drawStage();
    this.paint();
    this.tell();
    this.selectors.querySelectorAll("button")[focused]?.focus();
  }

  /** again: the same topic as before at another time, drawn in the same cells where they fit. */
  drawStage(again = false) {
    for (const node of this.stage.querySelectorAll("td.pinned")) node.classList.remove("pinned");
    const [drawn, old] = [this.drawn, again ? this.views : []];
    this.views = drawn.map((step, n) => this.viewed(step, old[n]));
    const signs = this.result ? this.views.slice(1).map((_, n) => this.operator(n + 1, drawn.length)) : [];
    const spelled = (all) => [...all].map((node) => node.textContent).join();
    const kept = this.views.length === old.length && this.views.every((view, n) => view === old[n]);
    if (!kept || spelled(signs) !== spelled(this.stage.querySelectorAll(".operator"))) this.stage.replaceChildren(...this.terms(signs));
    this.fit();
  }

  /** Where a line is full, what follows takes its sign along: "= result" stands together. */
  terms(signs) {
    return this.views.map(({ node }, n) => (n && signs.length ? element("div", { className: "joined" }, signs[n - 1], node) : node));
  }

  viewed(step, old) {
    const at = this.visibleAt(step);
    if (old?.fits(step, at, this.mayEdit(step))) return old.become(step);
    const view = new MatrixView(step, at, this.mayEdit(step), !this.selected(step));
    view.node.querySelectorAll("table").forEach((table) => (table.querySelector("tbody td").tabIndex = 0));
    return view;
  }

  /** Leading axes that the result has too follow it: its selector, or the cell pointed at. Others are drawn in full. */
  visibleAt(step, cell) {
    if (!this.result) return {};
    const position = unflat(this.result, cell?.step === this.result ? cell.offset : this.firstOffset());
    const place = Object.fromEntries(this.result.axes.map(([name], n) => [name, position[n]]));
    return Object.fromEntries(chosenAxes(step).map(([name]) => [name, this.at[name] ?? place[name]]).filter(([name]) => name in place));
  }

  /** Whether every leading axis of a step is one the selectors show. */
  selected(step) {
    const chosen = this.result ? chosenAxes(this.result).map(([name]) => name) : [];
    return step.axes.slice(0, -2).every(([name]) => chosen.includes(name));
  }

  firstOffset() {
    return flat(this.result, this.result.axes.map(([name], n) => (n < this.result.axes.length - 2 ? (this.at[name] ?? 0) : 0)));
  }

  mayEdit(step) {
    return step.editable && !this.hides.has("inputs");
  }

  operator(n, count) {
    const sign = this.result.sign;
    const single = count === 2;
    const text = n === count - 1 ? (single ? sign : "=") : sign || ",";
    const node = element("span", { className: `operator${text.length > 1 ? " word" : ""}`, textContent: text === "·" && single ? "=" : text });
    if (single && text !== "=" && text !== "·") node.append(element("i", { textContent: "→" }));
    return node;
  }

  /** Cells as wide as the room allows, between what a number needs and what the eye likes. */
  fit() {
    const styles = getComputedStyle(this.stage);
    const room = this.stage.clientWidth - parseFloat(styles.paddingLeft) - parseFloat(styles.paddingRight);
    if (room <= 0) return;
    const stacked = room < 560;
    const letters = (labels) => Math.max(...labels.map((label) => Math.min(label.length, 12)));
    const labelled = (step) => (step.axes.length > 1 ? 14 + 7.2 * letters(step.axes[step.axes.length - 2][1]) : 10);
    const columns = (step) => step.shape[step.shape.length - 1] ?? 1;
    const all = this.drawn;
    const drawn = all.filter((step) => step.view !== "image");
    if (drawn.length < all.length) return this.fitImages(all, room, stacked);
    const widths = stacked
      ? drawn.map((step) => (room - labelled(step)) / columns(step))
      : [(room - drawn.reduce((sum, step) => sum + labelled(step), 0) - (this.result ? 62 : 18) * (drawn.length - 1)) / drawn.reduce((sum, step) => sum + columns(step), 0)];
    const wrapped = !stacked && Math.min(...widths) < 44;
    this.stage.classList.toggle("wrapped", wrapped);
    const width = wrapped ? 52 : Math.max(44, Math.min(68, Math.floor(Math.min(...widths)) - 3)); // in rows of their own they have room
    const most = Math.max(...drawn.map((step) => (step.shape[step.shape.length - 2] ?? 1) * (this.views?.find((view) => view.step === step)?.slices.length ?? 1)));
    const height = most <= 3 ? 46 : most <= 5 ? 38 : most <= 8 ? 32 : 28;
    this.stage.style.setProperty("--cell", `${width}px`);
    this.stage.style.setProperty("--number", width < 54 ? "13px" : "15px"); // six characters fit
    this.stage.style.setProperty("--cell-height", `${height}px`);
    this.stage.classList.toggle("stacked", stacked);
    // The name over a narrow matrix may be wider than its cells.
    if (!stacked && this.stage.scrollWidth > this.stage.clientWidth) this.stage.classList.add("wrapped");
  }

  /** Pictures with pixels as large as the room allows, and what stands between them in cells of one size. */
  fitImages(all, room, stacked) {
    const pictures = this.views.filter((view) => view.step.view === "image");
    const tables = all.filter((step) => step.view !== "image").reduce((sum, step) => sum + 60 + 56 * Math.min(6, step.shape[step.shape.length - 1] ?? 1), 0);
    const beside = (room - tables - 50 * (all.length - 1)) / pictures.length;
    const sized = (share, height) => Math.min(...pictures.map((view) => view.size(share, height)));
    if (stacked) sized(room, 1000);
    else if (sized(Math.min(620, beside), 430) < PIXEL.written) {
      sized(Math.min(620, Math.max(beside, (room - 60) / 2)), 430);
      if (this.result && pictures.length > 1) pictures[pictures.length - 1].size(Math.min(900, room - 40), 430); // in a line of its own
    }
    this.stage.classList.toggle("wrapped", !stacked);
    this.stage.classList.toggle("stacked", stacked);
    this.stage.style.setProperty("--cell", "52px");
    this.stage.style.setProperty("--number", "13px");
    this.stage.style.setProperty("--cell-height", "34px");
  }

  paint() {
    this.clock.paint();
    this.paintViews();
    this.show(this.current ?? this.pinned ?? this.suggestion(), false);
  }

  /** Pictures of one equation are coloured alike. */
  paintViews() {
    const signed = this.result ? this.views.some(({ step }) => isSignedImage(step)) : undefined;
    for (const view of this.views) view.paint(view.step === this.concealed?.step ? this.concealed.offset : -1, this.refused, signed);
  }

  /** Before anyone has pointed at anything: the start of the second row, as on the blackboard; of a gradient its largest. */
  suggestion() {
    if (!this.result) return undefined;
    const view = this.views[this.views.length - 1];
    const offsets = [...view.cells.keys()];
    const size = (offset) => Math.abs(this.result.values[offset]);
    if (this.data.mode === "backward") return { step: this.result, offset: offsets.reduce((a, b) => (size(b) > size(a) ? b : a)) };
    const width = this.result.shape[this.result.shape.length - 1] ?? 1;
    return { step: this.result, offset: offsets[offsets.length > width ? width : 0] };
  }

  // --- pointing -----------------------------------------------------------------------------------------------------

  grounded(step, offset) {
    return ground(step.expression, spotOf(step, unflat(step, offset)), this.steps);
  }

  viewOf(step) {
    return this.views.find((view) => view.step === step);
  }

  /** Light a cell, what it is made of and what it feeds; write its arithmetic. */
  show(cell, speak) {
    for (const node of this.litNodes ?? []) node.classList.remove("lit", "pale", "current", "fed");
    this.litNodes = [];
    this.shownCell = cell;
    const lit = new Set();
    if (!cell || !cell.step.values.length) {
      this.map?.paint(this.at, this.stop.result, lit);
      return this.write(undefined);
    }
    if (cell.step === this.result) for (const view of this.views) view.slices[0].length && view.step !== this.result && view.move(this.visibleAt(view.step, cell));
    this.mark(cell, "current", lit);
    const node = cell.step.expression ? this.grounded(cell.step, cell.offset) : undefined;
    const secret = cell.step === this.concealed?.step && cell.offset === this.concealed.offset;
    if (node) for (const operand of operandCells(node)) this.mark(operand, operand.pale ? "pale" : "lit", lit);
    for (const fed of this.fedBy(cell)) this.mark(fed, "fed", lit);
    this.map?.paint({ ...spotOf(cell.step, unflat(cell.step, cell.offset)), ...this.at }, this.stop.result, lit);
    this.write(cell, node, secret);
    this.steady();
    if (speak) this.speak(cell, node, secret);
  }

  mark({ step, offset }, kind, lit) {
    lit.add(`${step.id}:${offset}`);
    const node = this.viewOf(step)?.cells.get(offset);
    if (!node) return;
    node.classList.add(kind);
    if (kind === "pale") node.classList.add("lit");
    this.litNodes.push(node);
  }

  fedBy({ step, offset }) {
    const key = `${step.id}:${offset}`;
    return this.shown
      .filter((reader) => reader.expression && operandIds(reader.expression).includes(step.id))
      .flatMap((reader) => {
        if (!this.feeding.has(reader.id)) this.feeding.set(reader.id, feeds(reader, this.steps));
        return (this.feeding.get(reader.id).get(key) ?? []).map((fed) => ({ step: reader, offset: fed }));
      });
  }

  write(cell, node, secret) {
    this.fillWords(cell);
    if (!cell) {
      this.symbols.replaceChildren();
      this.advise(this.shown.some((step) => this.mayEdit(step)) ? TOUCH ? "Tap a cell. Double-tap one to change it." : "Point at a cell. Double-click an input to change it, or drag it sideways." : `${TOUCH ? "Tap" : "Point at"} a cell to see how it is made.`);
      return;
    }
    const name = math(subscripted(cell.step, cell.offset));
    const v = this.typed(cell);
    const result = `<b>${math(signed(number(v)))}</b>`;
    const printed = Number(cellText(v).replace("−", "-"));
    const exact = printed === Number(v.toPrecision(15)) || !Number.isFinite(v) ? "" : `<small class="exact">${fullText(v)}</small>`;
    if (secret) {
      this.symbols.innerHTML = `${name} = ${typeset(node, "symbols")}`;
      this.numbers.textContent = "= ?";
    } else if (node) {
      this.symbols.innerHTML = `${name} = ${typeset(node, "symbols")}`;
      this.numbers.innerHTML = `${typeset(node, "numbers")} <span class="term"><span class="equals">=</span> ${result}</span> ${exact}`;
    } else {
      this.symbols.innerHTML = `${name} = ${result} ${exact}`;
      this.advise(this.isSwitch(cell.step) ? `A switch: ${TOUCH ? "tap" : "click or press Enter"} to throw it.` : this.mayEdit(cell.step) ? TOUCH ? "An input: double-tap it to change it." : "An input: drag it sideways, or double-click or press Enter to type." : "A given number.");
    }
  }

  /** Lines that were high once at this stop keep their room: nothing below jumps while one points about. */
  steady() {
    this.measuring ??= requestAnimationFrame(() => setTimeout(() => this.keepHeight())); // when it has been laid out anyway
  }

  keepHeight() {
    this.measuring = undefined;
    const height = this.arithmetic.offsetHeight;
    if (height > (this.tallest ?? 0)) this.arithmetic.style.minHeight = `${(this.tallest = height)}px`;
  }

  advise(sentence) {
    this.numbers.replaceChildren(element("span", { className: "advice", textContent: sentence }));
  }

  fillWords(cell) {
    const labels = {};
    const step = cell?.step ?? this.result;
    if (step && cell) unflat(step, cell.offset).forEach((i, n) => (labels[step.axes[n][0]] = step.axes[n][1][i]));
    for (const span of this.words.querySelectorAll("[data-fill]")) {
      const text = labels[span.dataset.fill] ?? span.textContent;
      if (span.textContent !== text) span.textContent = text;
    }
  }

  speak(cell, node, secret) {
    const made = secret ? "hidden" : node ? `${spoken(node)} equals ${cellText(cell.step.values[cell.offset])}` : cellText(cell.step.values[cell.offset]);
    this.live.textContent = `${cell.step.name}, ${whereabouts(cell.step, cell.offset)}: ${made}`;
  }

  drawMap() {
    this.map = new ComputationMap(this.steps, this.shown, (step) => {
      const wanted = this.stops.findIndex((stop) => stop.result === step.id);
      this.open(wanted < 0 ? 0 : wanted);
    });
    this.mapBox.replaceChildren(this.map.node);
  }

  pin(step, offset, tell = true) {
    const same = this.pinned?.step === step && this.pinned.offset === offset;
    this.pinned = same && tell ? undefined : { step, offset };
    this.current = { step, offset };
    for (const node of this.root.querySelectorAll("td.pinned")) node.classList.remove("pinned");
    if (this.pinned) this.hold(step, offset);
    this.show(this.current, true);
    if (tell) this.tell();
  }

  hold(step, offset) {
    this.pinned = { step, offset };
    this.viewOf(step)?.cells.get(offset)?.classList.add("pinned");
  }

  conceal(step, offset) {
    const before = this.concealed;
    this.concealed = step ? { step, offset } : undefined;
    if (before || step) this.clock.paint();
    if (this.views) this.paintViews();
    if (step) this.show({ step, offset }, false);
  }

  // --- hands --------------------------------------------------------------------------------------------------------

  listen() {
    const cellAt = (event) => {
      const node = event.target.closest?.("td[data-step]");
      return node && { step: this.steps[node.dataset.step], offset: Number(node.dataset.offset), node };
    };
    this.scrub = new Scrub(this, cellAt);
    this.stage.addEventListener("pointerdown", (event) => {
      const cell = cellAt(event);
      this.brush = undefined;
      if (!cell || event.button || event.pointerType === "touch" || !this.isSwitch(cell.step)) return;
      this.brush = { step: cell.step, value: this.thrown(cell) };
      this.flip(cell, this.brush.value);
    });
    this.stage.addEventListener("pointerover", (event) => {
      const cell = cellAt(event);
      if (cell && this.brush?.step === cell.step && event.buttons & 1) this.flip(cell, this.brush.value);
      if (cell) this.show((this.current = { step: cell.step, offset: cell.offset }), false);
    });
    this.stage.addEventListener("pointerleave", () => {
      if (this.scrub.going) return;
      this.current = undefined;
      this.show(this.pinned ?? this.suggestion(), false);
    });
    this.stage.addEventListener("focusin", (event) => {
      const cell = cellAt(event);
      if (cell && event.target === cell.node) this.show((this.current = { step: cell.step, offset: cell.offset }), true);
    });
    this.stage.addEventListener("click", (event) => {
      const cell = cellAt(event);
      if (!cell || event.target !== cell.node) return;
      this.focus(cell.node);
      if (!this.isSwitch(cell.step)) this.pin(cell.step, cell.offset);
      else if (!this.brush) this.flip(cell); // a finger, or a program that clicks; the mouse has painted already
      this.brush = undefined;
    });
    this.stage.addEventListener("dblclick", (event) => {
      const cell = cellAt(event);
      if (cell) this.edit(cell);
    });
    this.stage.addEventListener("keydown", (event) => cellAt(event) && event.target.tagName === "TD" && this.key(event, cellAt(event)));
    this.stage.addEventListener("paste", (event) => {
      const cell = cellAt(event);
      if (cell && event.target.tagName === "TD") this.paste(event, cell);
    });
    this.rail.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      this.turn(by);
      this.tabs[this.position].focus();
    });
    this.onKey = (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const free = event.composedPath()[0] === document.body && !event.altKey && !event.ctrlKey && !event.metaKey;
      if (by && free && this.data?.mode === "lesson") this.turn(by);
    };
    this.onSave = (event) => this.data?.mode === "lesson" && saveStage(this.stage, `${this.data.key}-${this.stop.title}`.replace(/\W+/g, "-"), event.detail);
    this.onSet = ({ detail }) => this.data?.mode === "lesson" && this.preview(detail);
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("atlas:save", this.onSave);
    document.addEventListener("atlas:set", this.onSet);
    this.sizes = new ResizeObserver(() => this.views && this.fit());
    this.sizes.observe(this.card);
  }

  leave() {
    clearTimeout(this.sending);
    this.clock.leave();
    this.scrub.leave();
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("atlas:save", this.onSave);
    document.removeEventListener("atlas:set", this.onSet);
    this.sizes.disconnect();
  }

  focus(node) {
    node.closest("table").querySelectorAll("td[tabindex='0']").forEach((other) => (other.tabIndex = -1));
    node.tabIndex = 0;
    node.focus({ preventScroll: true });
    node.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }

  key(event, cell) {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -99], End: [0, 99] }[event.key];
    if (move) this.step(cell.node, ...move);
    else if (this.isSwitch(cell.step) && [" ", "Enter"].includes(event.key)) this.flip(cell);
    else if (this.isSwitch(cell.step) && ["0", "1"].includes(event.key)) this.flip(cell, Number(event.key));
    else if (event.key === " " || (event.key === "Enter" && !this.mayEdit(cell.step))) this.pin(cell.step, cell.offset);
    else if (event.key === "Enter" || event.key === "F2") this.edit(cell);
    else if (/^[-.\d]$/.test(event.key) && !event.ctrlKey && !event.metaKey && this.mayEdit(cell.step)) this.edit(cell, event.key);
    else if (event.key === "Escape") (this.pinned = undefined), this.root.querySelector("td.pinned")?.classList.remove("pinned"), this.tell();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** One cell further; past an edge, into the neighbouring table. */
  step(node, down, right) {
    const table = node.closest("table");
    const rows = [...table.tBodies[0].rows];
    const [r, c] = [rows.indexOf(node.parentElement) + down, node.cellIndex - 1 + right];
    const width = rows[0].cells.length - 1;
    const tables = [...this.stage.querySelectorAll("table")];
    const beside = tables[tables.indexOf(table) + Math.sign(right)];
    const leaves = Math.abs(right) === 1 && (c < 0 || c >= width) && beside;
    const target = leaves ? [...beside.tBodies[0].rows] : rows;
    const row = target[Math.max(0, Math.min(target.length - 1, r))];
    const column = leaves ? (right > 0 ? 0 : row.cells.length - 2) : Math.max(0, Math.min(width - 1, c));
    this.focus(row.cells[column + 1]);
  }

  // --- editing ------------------------------------------------------------------------------------------------------

  isSwitch(step) {
    return step.switch && this.mayEdit(step);
  }

  /** Throw a switch: a click, or a stroke across several as with a brush. */
  flip(cell, value = this.thrown(cell)) {
    if (this.thrown(cell) === value) this.change([{ step: cell.step, offset: cell.offset, value }]);
    this.show((this.current = { step: cell.step, offset: cell.offset }), true);
  }

  thrown(cell) {
    return 1 - this.typed(cell);
  }

  /** The number as its cell shows it: one that was refused stays as it was typed. */
  typed({ step, offset }) {
    return this.refused?.get(`${step.name}:${offset}`) ?? step.values[offset];
  }

  edit({ step, offset, node }, first) {
    if (!this.mayEdit(step) || step.switch || node.querySelector("input")) return;
    const before = step.values[offset];
    const field = element("input", { value: first ?? String(before), aria: { label: `New value of ${step.name}, ${whereabouts(step, offset)}` } });
    node.replaceChildren(field);
    field.focus();
    if (first === undefined) field.select();
    const close = (keep) => {
      field.onblur = null;
      this.object(this.problem ?? "");
      field.remove();
      node.textContent = cellText(keep);
      if (keep !== before) this.change([{ step, offset, value: keep }]);
      else this.paint();
    };
    const commit = () => {
      const typed = parseNumber(field.value);
      if (!Number.isNaN(typed)) return close(typed), true;
      field.setAttribute("aria-invalid", "true");
      this.notice.textContent = this.complaint(step, offset, field.value);
      return false;
    };
    field.onblur = commit;
    field.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Enter" && commit()) this.focus(node);
      if (event.key === "Escape") (close(before), this.focus(node));
    };
  }

  field(step, offset) {
    const position = unflat(step, offset).map((i) => i + 1);
    const [row, column] = position.length > 1 ? position.slice(-2) : [1, position[0] ?? 1];
    return `${step.name}, row ${row}, column ${column}`;
  }

  complaint(step, offset, text) {
    const shown = text.trim() ? `“${text.trim().slice(0, 40)}” is not a number` : "the cell is empty";
    return `${this.field(step, offset)}: ${shown}.`;
  }

  /** A block copied from a spreadsheet lands with its first cell here; nothing changes unless all of it is numbers. */
  paste(event, { step, offset }) {
    if (!this.mayEdit(step)) return;
    event.preventDefault();
    const rows = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split(/\t|;|,(?=\s|\S)/));
    const start = unflat(step, offset);
    const changes = [];
    for (const [r, row] of rows.entries())
      for (const [c, text] of row.entries()) {
        const position = [...start];
        if (position.length > 1) position[position.length - 2] += r;
        position[position.length - 1] += c;
        if (position.some((i, n) => i >= step.shape[n])) return this.object(`${step.name}: the pasted block of ${rows.length} × ${row.length} does not fit from here; add rows or columns under Inputs first.`);
        const typed = parseNumber(text);
        if (Number.isNaN(typed)) return this.object(this.complaint(step, flat(step, position), text));
        if (step.switch && typed !== 0 && typed !== 1) return this.object(`${this.field(step, flat(step, position))}: is either 0 or 1, not ${text.trim()}.`);
        changes.push({ step, offset: flat(step, position), value: typed });
      }
    this.object("");
    this.change(changes);
  }

  /** Without a page to refuse numbers that do not compute, say so here. */
  failure() {
    const lost = this.steps.find((step) => step.values.some(beyond));
    if (!lost) return "";
    const blind = this.blind();
    return blind ? `${blind}: this query has nothing to attend to.` : `${lost.name} grows beyond the largest number a computer holds (1.8e308).`;
  }

  /** The first row that is hidden from end to end. */
  blind() {
    for (const step of this.steps) {
      const width = step.shape[step.shape.length - 1] ?? 1;
      for (let start = 0; start < step.values.length; start += width)
        if (step.expression && step.values.subarray(start, start + width).every((v) => v === -Infinity)) {
          const [[axis, labels], row] = [step.axes[step.axes.length - 2] ?? ["", [""]], unflat(step, start)[step.axes.length - 2] ?? 0];
          return `${step.name}, ${axis} ${labels[row]}`;
        }
    }
    return "";
  }

  object(sentence) {
    this.notice.textContent = sentence;
  }

  /** Put numbers into inputs and compute what follows from them; where that fails the last result stays. Returns why. */
  compute(changes) {
    const behind = followers(this.steps, changes.map(({ step }) => step));
    const before = behind.map((step) => step.values.slice());
    for (const { step, offset, value: typed } of changes) step.values[offset] = typed;
    recompute(this.steps, behind);
    const failure = this.failure();
    if (failure) behind.forEach((step, n) => (step.values = before[n]));
    this.feeding = new Map();
    this.paint();
    document.dispatchEvent(new CustomEvent("atlas:values", { detail: (name) => this.steps.find((step) => step.name === name)?.values }));
    return failure;
  }

  /** Numbers that are still under the learner's hand: shown, and not told to the page. live: whether anything follows. */
  preview(asked) {
    const step = this.steps.find(({ name }) => name === asked.input);
    if (!step || !this.mayEdit(step) || asked.values.length !== step.values.length) return;
    asked.live = followers(this.steps, [step]).length > 0;
    this.compute(asked.values.map((v, offset) => ({ step, offset, value: v })));
  }

  /** Apply edits here at once, from the same expressions the page uses, and hand them to the page. */
  change(changes) {
    this.sequence = Math.max(this.sequence, this.data.sequence) + 1;
    for (const { step, offset, value: typed } of changes) {
      this.refused?.delete(`${step.name}:${offset}`);
      this.unsent.push({ sequence: this.sequence, step: step.name, offset, value: typed });
    }
    const failure = this.compute(changes);
    if (!this.component.setTriggerValue) return this.object(failure);
    clearTimeout(this.telling); // the edit says where the learner is, too
    this.send(PATIENCE.length);
  }

  /** Hand over every edit the page has not answered yet; again after a while, for messages can be lost with a connection. */
  send(tries) {
    clearTimeout(this.sending);
    if (!this.unsent.length) return;
    this.told = JSON.stringify(this.view());
    this.component.setTriggerValue("edit", { sequence: this.sequence, edits: this.unsent, view: this.view() });
    if (tries) this.sending = setTimeout(() => this.send(tries - 1), PATIENCE[PATIENCE.length - tries]);
  }
}

export default function mount(component) {
  const { parentElement } = component;
  let stage = STAGES.get(parentElement);
  if (!stage) {
    stage = new Stage(parentElement.querySelector(".atlas"));
    STAGES.set(parentElement, stage);
  }
  stage.update(component);
  return () => {
    stage.leave();
    STAGES.delete(parentElement);
  };
}
