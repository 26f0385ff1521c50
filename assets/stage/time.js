// Time: stops named "decoder 2/scores" are moments of a series. A slider over its times, and rows that fill as time runs.

const PACE = 900; // ms a moment stays while time plays
const HEAT = { most: 30, least: 9, room: 340, tall: 170 }; // px: a heat cell's width, and how wide and tall all of them may be

/** ["decoder", "2"] of "decoder 2/scores"; undefined where a name tells no time. */
const momentOf = (name) => groupOf(name).match(/^(.*\S)\s+(\d+)$/)?.slice(1);

/**
 * Every series worth a slider: {name, times: [{time, stops: [position, ...]}]}, in the order of the stops. Two times of one
 * stop each are none: the rail shows as much.
 */
function seriesOf(titles) {
  const found = new Map();
  titles.forEach((title, position) => {
    const [name, time] = momentOf(title) ?? [];
    if (!name) return;
    if (!found.has(name)) found.set(name, new Map());
    const times = found.get(name);
    if (!times.has(time)) times.set(time, []);
    times.get(time).push(position);
  });
  return [...found].filter(([, times]) => times.size > 2 || (times.size > 1 && [...times.values()].some((stops) => stops.length > 1))).map(([name, times]) => ({ name, times: [...times].map(([time, stops]) => ({ time, stops })) }));
}

// --- rows over the times of a series ---------------------------------------------------------------------------------

/** The one axis along which any of these steps has more than one position, as its place among the axes; -1 where there are more or none. */
function rowAxis(steps) {
  const wide = new Set(steps.flatMap((step) => step.axes.filter(([, labels]) => labels.length > 1).map(([name]) => name)));
  const [name] = wide;
  return wide.size === 1 && steps.every((step) => step.axes.some(([own]) => own === name)) ? name : undefined;
}

/** Where a row's labels stand among the columns: at their start, somewhere along them, or after them as new ones. */
function startAmong(columns, labels) {
  for (let start = 0; start < columns.length; start++)
    if (labels.every((label, n) => start + n >= columns.length ? start === 0 : columns[start + n] === label)) return start;
  return columns.length;
}

/** A topic of a series as a table: {axis, columns, rows: [{step, start} or undefined]}; undefined where its steps are no rows. */
function rowsOf(steps) {
  const there = steps.filter(Boolean);
  const axis = rowAxis(there);
  if (axis === undefined) return undefined;
  const columns = [];
  const rows = steps.map((step) => {
    if (!step) return undefined;
    const labels = step.axes.find(([name]) => name === axis)[1];
    const start = startAmong(columns, labels);
    columns.splice(start, labels.length, ...labels);
    return { step, start };
  });
  return { axis, columns, rows };
}

const stepsOf = (table) => table.rows.filter(Boolean).map(({ step }) => step);

const isChoice = (step) => step.values.length > 1 && step.values.every((v) => v === 0 || v === 1) && step.values.reduce((sum, v) => sum + v, 0) === 1;

/** The label a one-hot step chooses, where its labels are words of their own and not just 1, 2, 3. */
function chosenLabel(step, axis) {
  const labels = step.axes.find(([name]) => name === axis)[1];
  return labels.every((label, n) => label === String(n + 1)) ? undefined : labels[step.values.indexOf(1)];
}

class Heat {
  /** go: called with the number of a row that was clicked. */
  constructor(topic, series, table, go) {
    this.table = table;
    this.go = go;
    const { axis, columns } = table;
    const width = Math.max(HEAT.least, Math.min(HEAT.most, Math.floor(HEAT.room / columns.length)));
    const upright = columns.some((label) => label.length * 6.6 > width);
    const head = element("tr", {}, element("td"));
    columns.forEach((label) => head.append(element("th", { scope: "col", title: `${axis} ${label}` }, axisSpan(axis, label))));
    this.body = element("tbody");
    this.rows = series.times.map(({ time }, n) => this.row(`${series.name} ${time}`, columns, n));
    const title = `${capital(topic)} over ${series.name === "layer" ? "layers" : "time"}`;
    const grid = element("table", { className: upright ? "upright" : "", aria: { label: title } }, element("thead", {}, head), this.body);
    this.node = element("figure", { className: "heat" }, element("figcaption", { textContent: title }), grid);
    this.node.style.setProperty("--heat", `${width}px`);
    this.node.style.setProperty("--heat-height", `${Math.max(11, Math.min(18, Math.floor(HEAT.tall / this.rows.length)))}px`);
  }

  row(moment, columns, n) {
    const button = element("button", { type: "button", title: `Go to ${moment}` });
    const cells = columns.map(() => element("td"));
    const row = element("tr", { onclick: () => this.go(n) }, element("th", { scope: "row" }, button), ...cells);
    this.body.append(row);
    return { row, button, cells, moment };
  }

  /** Rows up to and with number `now` are filled; labels: what stands before each row; secret: the cell asked for. */
  paint(now, labels, secret) {
    const steps = stepsOf(this.table);
    const top = Math.max(...steps.map(topOf));
    const shares = steps.every(isShares);
    this.rows.forEach(({ row, button, cells, moment }, n) => {
      const found = n <= now ? this.table.rows[n] : undefined;
      row.classList.toggle("now", n === now);
      if (n === now) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      if (button.textContent !== labels[n]) button.textContent = labels[n];
      button.setAttribute("aria-label", `${moment}: ${labels[n]}`);
      cells.forEach((cell, c) => {
        const asked = found && found.step === secret?.step && c - found.start === secret.offset;
        const v = found?.step.values[c - found.start];
        const ground = asked ? "" : v !== undefined ? tint(v, top, shares) : found ? "none" : "";
        const title = asked ? "?" : v === undefined ? "" : cellText(v);
        if (cell.title !== title) cell.title = title;
        if (cell.dataset.ground === ground) return;
        cell.dataset.ground = ground;
        cell.style.background = ground;
        cell.classList.toggle("none", ground === "none"); // a key that did not exist yet
      });
    });
  }
}

// --- the scrubber ----------------------------------------------------------------------------------------------------

class Clock {
  constructor(stage) {
    this.stage = stage;
    this.player = new Player("Time", PACE, (n) => this.go(n), () => this.stage.tell());
    this.readout = element("output", { className: "readout" });
    this.node = this.player.node;
    this.node.classList.add("time");
    this.node.append(this.readout);
    this.heats = element("div", { className: "heats" });
  }

  build() {
    this.pause();
    this.all = seriesOf(this.stage.stops.map((stop) => stop.title));
    this.node.hidden = !this.all.length;
    this.heats.replaceChildren();
    this.drawn = this.maps = this.series = this.topic = undefined;
  }

  /** The learner is at another stop: by the slider, or by another way, which then says what topic the slider follows. */
  arrive() {
    if (!this.all.length) return;
    const { position, stop } = this.stage;
    const inside = this.all.find(({ times }) => times.some(({ stops }) => stops.includes(position)));
    const before = this.all.filter(({ times }) => times[0].stops[0] < position);
    this.series = inside ?? before[before.length - 1] ?? this.all[0];
    const { times, name } = this.series;
    this.now = inside ? times.findIndex(({ stops }) => stops.includes(position)) : before.length ? times.length - 1 : -1;
    if (!this.moving) {
      this.pause();
      this.topic = inside && topicOf(stop.title);
      this.rank = inside ? times[this.now].stops.indexOf(position) : 0;
    }
    this.node.classList.toggle("idle", !inside);
    const moment = capital(inside ? `${name} ${times[this.now].time}` : this.now < 0 ? `before ${name} ${times[0].time}` : `after ${name} ${times[this.now].time}`);
    this.player.set(this.now, times.length - 1, moment);
    this.readout.textContent = moment;
    this.layHeats();
  }

  // --- moving

  /** The stop of the topic followed at another time; where it has none there, the stop of the same rank. */
  positionAt(n) {
    const { stops } = this.series.times[n];
    const same = stops.find((position) => topicOf(this.stage.stops[position].title) === this.followed());
    return same ?? stops[Math.min(this.rank, stops.length - 1)];
  }

  /** Before the learner has chosen a topic of the series: the one whose rows are shown. */
  followed() {
    return this.topic ?? this.shown?.[0];
  }

  go(n) {
    if (n < 0 || n >= this.series.times.length) return this.pause();
    this.moving = true;
    this.stage.open(this.positionAt(n), !this.player.playing);
    this.moving = false;
  }

  pause() {
    this.player.pause();
  }

  leave() {
    clearTimeout(this.player.timer);
  }

  // --- rows that fill

  /** The steps of every topic of the series, one for each time, undefined where it has none there. */
  topics() {
    const found = new Map();
    this.series.times.forEach(({ stops }, n) => {
      for (const position of stops) {
        const { title, result } = this.stage.stops[position];
        if (result === null) continue;
        const topic = topicOf(title);
        if (!found.has(topic)) found.set(topic, this.series.times.map(() => undefined));
        found.get(topic)[n] = this.stage.steps[result];
      }
    });
    return found;
  }

  /** Topics of the series whose steps are rows; the same as long as the steps have the same axes. */
  get tables() {
    if (!this.series.tables) {
      const tables = [...this.topics()].map(([topic, steps]) => [topic, rowsOf(steps)]);
      this.series.tables = new Map(tables.filter(([, table]) => table));
    }
    return this.series.tables;
  }

  /** What is drawn: the first topic whose rows share out 1, such as attention weights, and the topic one is at. */
  layHeats() {
    const sharing = [...this.tables].filter(([, table]) => stepsOf(table).every(isShares));
    const [alignment] = sharing.find(([, table]) => !stepsOf(table).every(isChoice)) ?? sharing[0] ?? [];
    const here = this.stage.result && topicOf(this.stage.stop.title);
    this.shown = [...new Set([alignment, here])].filter((topic) => this.tables.has(topic));
    const wanted = `${this.series.name}:${this.shown}`;
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    this.maps = this.shown.map((topic) => new Heat(topic, this.series, this.tables.get(topic), (n) => this.goTo(topic, n)));
    this.heats.replaceChildren(...this.maps.map((map) => map.node));
  }

  /** A click on a row leads to what the row shows. */
  goTo(topic, n) {
    this.pause();
    this.topic = topic;
    this.go(n);
  }

  paint() {
    if (!this.maps) return;
    const labels = this.labels();
    for (const map of this.maps) map.paint(this.now, labels, this.stage.concealed);
  }

  /** Before each row the time; once it has come, what was chosen then, where some topic is a choice among words. */
  labels() {
    const chosen = [...this.tables.values()].filter((table) => table.rows.every((row) => row && isChoice(row.step) && chosenLabel(row.step, table.axis) !== undefined)).pop();
    return this.series.times.map(({ time }, n) => (chosen && n <= this.now ? chosenLabel(chosen.rows[n].step, chosen.axis) : time));
  }
}
