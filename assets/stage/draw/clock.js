// Time: a slider over the times of the series the learner is in, and tables that fill as time runs.

import { capital, topicOf } from "../model/names.js";
import { say, term } from "../model/say.js";
import { chosenLabel, isChoice, isOfChoices, rowsOf, seriesOf, stepsOf } from "../model/series.js";
import { isShares } from "../model/steps.js";
import { Heat } from "./heat.js";
import { element } from "./nodes.js";
import { Player } from "./player.js";

/** @import { Series, Table } from "../model/series.js" */
/** @import { Step } from "../model/steps.js" */
/** @import { Model } from "../model/model.js" */

const PACE = 900; // ms a moment stays while time plays

/**
 * visit: go to a stop, to the same topic at another time; isPassing: more will follow at once. rest: time stands still again.
 * @typedef {{ visit: (position: number, isPassing: boolean) => void, rest: () => void }} Effects
 */

export class Clock {
  #model;
  #effects;
  #player;
  #readout = element("output", { className: "readout" });
  heats = element("div", { className: "heats" });
  /** @type {Series[]} */
  #all = [];
  /** @type {Series | undefined} */
  #series;
  /** @type {Map<Series, Map<string, Table>>} */
  #tables = new Map();
  /** @type {Heat[]} */
  #shown = [];
  /** @type {string | undefined} */
  #drawn;
  /** @type {string | undefined} */
  #topic; // that the slider follows, once it was chosen
  #first = ""; // the topic whose rows are shown first
  #now = -1;
  #rank = 0;

  /**
   * @param {Model} model
   * @param {Effects} effects
   */
  constructor(model, effects) {
    this.#model = model;
    this.#effects = effects;
    this.#player = new Player({ label: say("Time"), pace: PACE, go: (n) => this.#go(n), rest: effects.rest });
    this.node = this.#player.node;
    this.node.classList.add("time");
    this.node.append(this.#readout);
  }

  /** Other stops than before. */
  lay() {
    this.#player.pause();
    this.#all = seriesOf(this.#model.where.stops.map(({ title }) => title));
    this.node.hidden = !this.#all.length;
    this.heats.replaceChildren();
    this.#shown = [];
    this.#tables = new Map();
    this.#drawn = undefined;
    this.#series = undefined;
    this.#topic = undefined;
    this.#first = "";
  }

  leave() {
    this.#player.leave();
  }

  /**
   * The learner is at another stop: by the slider, or by another way, which then says what topic the slider follows.
   * @param {boolean} bySlider
   */
  arrive(bySlider) {
    if (!this.#all.length) return;
    const { position, stop } = this.#model.where;
    const { series, now, isInside } = this.#timeOf(position);
    this.#series = series;
    this.#now = now;
    if (!bySlider) {
      this.#player.pause();
      this.#topic = isInside ? topicOf(stop.title) : undefined;
      this.#rank = isInside ? series.times[now].stops.indexOf(position) : 0;
    }
    this.node.classList.toggle("idle", !isInside);
    this.#say(series, isInside);
    this.#layHeats(series);
  }

  /**
   * The series a stop belongs to and its time there; outside of any the one before it, at its end, or the first, not begun.
   * @param {number} position
   */
  #timeOf(position) {
    const inside = this.#all.find(({ times }) => times.some(({ stops }) => stops.includes(position)));
    if (inside) {
      const now = inside.times.findIndex(({ stops }) => stops.includes(position));
      return { series: inside, now, isInside: true };
    }
    const before = this.#all.filter(({ times }) => times[0].stops[0] < position);
    const series = before[before.length - 1] ?? this.#all[0];
    return { series, now: before.length ? series.times.length - 1 : -1, isInside: false };
  }

  /**
   * @param {Series} series
   * @param {boolean} isInside
   */
  #say({ name, times }, isInside) {
    const { time } = times[Math.max(0, this.#now)];
    const here = `${term(name)} ${time}`;
    const beside = this.#now < 0 ? say("before {moment}", { moment: here }) : say("after {moment}", { moment: here });
    const moment = capital(isInside ? here : beside);
    this.#player.set(this.#now, times.length - 1, moment);
    this.#readout.textContent = moment;
  }

  // --- moving

  /**
   * The stop of the topic followed at another time; where it has none there, the stop of the same rank.
   * @param {Series} series
   * @param {number} n
   */
  #positionAt(series, n) {
    const { stops } = series.times[n];
    const wanted = this.#topic ?? this.#first;
    const same = stops.find((position) => topicOf(this.#model.where.stops[position].title) === wanted);
    return same ?? stops[Math.min(this.#rank, stops.length - 1)];
  }

  /** @param {number} n */
  #go(n) {
    if (!this.#series || n < 0 || n >= this.#series.times.length) this.#player.pause();
    else this.#effects.visit(this.#positionAt(this.#series, n), this.#player.isPlaying);
  }

  // --- rows that fill

  /**
   * The steps of every topic of the series, one for each time, undefined where it has none there.
   * @param {Series} series
   */
  #topics(series) {
    const { where, sheet } = this.#model;
    /** @type {Map<string, (Step | undefined)[]>} */
    const found = new Map();
    series.times.forEach(({ stops }, n) => {
      for (const { title, result } of stops.map((position) => where.stops[position])) {
        if (result === null) continue;
        const steps = found.get(topicOf(title)) ?? series.times.map(() => undefined);
        steps[n] = sheet.steps[result];
        found.set(topicOf(title), steps);
      }
    });
    return found;
  }

  /**
   * Topics of the series whose steps are rows; the same as long as the steps have the same axes.
   * @param {Series} series
   */
  #tablesOf(series) {
    const known = this.#tables.get(series);
    if (known) return known;
    /** @type {Map<string, Table>} */
    const tables = new Map();
    for (const [topic, steps] of this.#topics(series)) {
      const table = rowsOf(steps);
      if (table) tables.set(topic, table);
    }
    this.#tables.set(series, tables);
    return tables;
  }

  /**
   * What is drawn: the first topic whose rows share out 1, such as attention weights, and the topic one is at.
   * @param {Series} series
   */
  #layHeats(series) {
    const tables = this.#tablesOf(series);
    const { where } = this.#model;
    const here = where.result ? [topicOf(where.stop.title)] : [];
    const topics = [...new Set([...alignmentOf(tables), ...here])].filter((topic) => tables.has(topic));
    const wanted = `${series.name}:${topics}`;
    if (wanted === this.#drawn) return;
    this.#drawn = wanted;
    this.#first = topics[0] ?? "";
    this.#shown = topics.flatMap((topic) => {
      const table = tables.get(topic);
      return table ? [new Heat(topic, series, table, (n) => this.#goTo(topic, n))] : [];
    });
    this.heats.replaceChildren(...this.#shown.map(({ node }) => node));
  }

  /**
   * A click on a row leads to what the row shows.
   * @param {string} topic
   * @param {number} n
   */
  #goTo(topic, n) {
    this.#player.pause();
    this.#topic = topic;
    this.#go(n);
  }

  paint() {
    if (!this.#series || !this.#shown.length) return;
    const labels = this.#labels(this.#series);
    for (const heat of this.#shown) heat.paint(this.#now, labels, this.#model.where);
  }

  /**
   * Before each row the time; once it has come, what was chosen then, where some topic is a choice among words.
   * @param {Series} series
   */
  #labels(series) {
    const chosen = [...this.#tablesOf(series).values()].filter(isOfChoices).pop();
    return series.times.map(({ time }, n) => {
      const row = n <= this.#now ? chosen?.rows[n] : undefined;
      return (chosen && row && chosenLabel(row.step, chosen.axis)) ?? time;
    });
  }
}

/**
 * The first topic whose rows share out 1 and are not all choices, where there is one.
 * @param {Map<string, Table>} tables
 */
function alignmentOf(tables) {
  const sharing = [...tables].filter(([, table]) => stepsOf(table).every(isShares));
  const found = sharing.find(([, table]) => !stepsOf(table).every(isChoice)) ?? sharing[0];
  return found ? [found[0]] : [];
}
