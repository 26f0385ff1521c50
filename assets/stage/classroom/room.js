// What a class is seen of in a browser: the bar of a teacher or a learner, and what they open. It stands beside the page.

import { element } from "../draw/nodes.js";
import { say } from "../model/say.js";
import { announce, listen } from "../talk/between.js";
import { visit } from "../talk/visit.js";
import { Follower } from "./follower.js";
import { JoinCard } from "./joining.js";
import { keepDesk, keepSeat, kept, keptDesk } from "./kept.js";
import { Learner } from "./learner.js";
import { LearnerBar } from "./learnerbar.js";
import { Line } from "./line.js";
import { StartDialog } from "./starting.js";
import { stateOf } from "./states.js";
import { Teacher } from "./teacher.js";
import { TeacherBar } from "./teacherbar.js";

/** @import { Desk, Seat } from "./kept.js" */
/** @import { State } from "./states.js" */
/** @import { WireJoined } from "./wire.js" */

const PRESENTING = "atlas-presenting"; // on the page's root while a lesson is presented, above all else
const TAKEN = "--class-bar"; // the height of the bar: the page ends above it
const FOLLOWS = "class-follows"; // on the page's root while a learner's page follows
// The page ends above the bar. While it follows, what the server draws of the learner's own numbers is not to be seen.
const PAGE = `[data-testid="stApp"], #atlas-ahead { bottom: var(${TAKEN}, 0px) !important; }
.${FOLLOWS} :is([class*="st-key-preset-"], [class*="st-key-option"], [class*="st-key-text-"], [class*="st-key-section-"],
  .st-key-atlas-view, [class*="st-key-stage-"] ~ *) { display: none !important; }`;
const REDRESS = 600; // ms after which Streamlit's page has the colours of another theme
const OVER = 6000; // ms that a last sentence stays

export class Room {
  #line = new Line(document.baseURI);
  #host = element("div", { id: "atlas-class" });
  #root = element("div", { className: "room" });
  #said = element("p", { className: "last", aria: { role: "status" } });
  /** @type {TeacherBar | LearnerBar | undefined} */
  #bar;
  /** @type {Teacher | Learner | undefined} */
  #part;
  /** @type {Follower | undefined} */
  #follower;
  #start = new StartDialog(this.#line, (desk) => this.#lead(desk, true));
  #join = new JoinCard(this.#line, (seat, joined) => this.#sit(seat, joined));

  /** @param {string} style */
  constructor(style) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    const tree = this.#host.attachShadow({ mode: "open" });
    tree.adoptedStyleSheets = [sheet];
    this.#root.append(this.#said, this.#start.node, this.#join.node);
    tree.append(this.#root);
    this.#host.popover = "manual";
    this.#host.style.cssText = "all: unset; position: fixed; inset: auto 0 0 0; z-index: 3; visibility: visible";
    document.body.append(this.#host);
    document.head.append(element("style", { textContent: PAGE }));
    this.#host.showPopover();
    this.#watch();
    this.#dress();
  }

  #watch() {
    const presented = () => this.#rise();
    new MutationObserver(presented).observe(document.documentElement, { attributeFilter: ["class"] });
    new ResizeObserver(() => this.#measure()).observe(this.#root);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
      setTimeout(() => this.#dress(), REDRESS),
    );
    for (const kind of ["online", "pageshow"]) addEventListener(kind, () => this.#part?.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#part?.wake());
    addEventListener("popstate", () => this.#join.show(isJoinPage() && !this.#part));
    listen("place", (state) => this.#placed(state));
    listen("edited", () => this.#edited());
  }

  /** Above what is presented, too. */
  #rise() {
    const isPresenting = document.documentElement.classList.contains(PRESENTING);
    if (this.#root.classList.toggle("presenting", isPresenting) === this.#isRaised) return;
    this.#isRaised = isPresenting;
    this.#host.hidePopover();
    this.#host.showPopover();
  }

  #isRaised = false;

  /** What stands at the lower edge takes room from the page. */
  #measure() {
    const height = this.#bar?.height ?? 0;
    document.documentElement.style.setProperty(TAKEN, `${height}px`);
  }

  /** Light or dark, as the page is. */
  #dress() {
    const app = document.querySelector('[data-testid="stApp"]') ?? document.body;
    const [r = 255, g = 255, b = 255, alpha = 1] = (getComputedStyle(app).backgroundColor.match(/[\d.]+/g) ?? []).map(
      Number,
    );
    const isDark = alpha ? r + g + b < 384 : matchMedia("(prefers-color-scheme: dark)").matches;
    this.#root.dataset.theme = isDark ? "dark" : "light";
  }

  // --- coming and going

  /** @param {string} wish */
  enter(wish) {
    this.#dress();
    if (wish === "start") return this.#open();
    const found = kept();
    if (wish === "join") return this.#come(found);
    if (found?.role === "teacher") this.#lead(found);
    if (found?.role === "learner") this.#sit(found);
  }

  /** To lead a class: the one of this window, else one that another window of this browser has started, else a new one. */
  #open() {
    if (this.#bar instanceof TeacherBar) return this.#bar.showCode();
    this.#start.open(keptDesk());
  }

  /** @param {Desk | Seat | undefined} found */
  #come(found) {
    const code = new URLSearchParams(location.search).get("code") ?? "";
    const isSame = found?.role === "learner" && (!code || code.toUpperCase() === found.code);
    if (isSame) return this.#sit(found);
    this.#join.open(code);
    this.#join.show(true);
  }

  #clear() {
    this.#part?.close();
    this.#follower?.leave();
    this.#follower = undefined;
    this.#bar?.node.remove();
    this.#bar = this.#part = undefined;
    announce("veil", null);
    this.#mark();
    this.#measure();
  }

  #veil() {
    announce("veil", veilOf(this.#part?.now?.question));
  }

  #mark() {
    const follows = this.#part instanceof Learner && this.#part.follows && Boolean(this.#part.now?.shown);
    document.documentElement.classList.toggle(FOLLOWS, follows);
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.#said.textContent = sentence;
    setTimeout(() => {
      if (this.#said.textContent === sentence) this.#said.textContent = "";
    }, OVER);
  }

  // --- a teacher

  /**
   * @param {Desk} desk
   * @param {boolean} [isNew] its code is to be seen
   */
  #lead(desk, isNew = false) {
    this.#clear();
    keepDesk(desk);
    const seen = () => this.#seenByTeacher();
    const over = () => {
      keepDesk(undefined);
      this.#clear();
      this.#say(say("The class has ended, and everything about it is deleted."));
    };
    const teacher = new Teacher(this.#line, desk, { seen, over });
    this.#part = teacher;
    this.#follower = this.#newFollower();
    const bar = new TeacherBar(teacher, (lesson, query) => this.#showSolution(lesson, query));
    this.#bar = bar;
    this.#root.append(bar.node);
    teacher.begin();
    if (isNew) bar.showCode();
    announce("locate", null);
    this.#measure();
  }

  #newFollower() {
    const own = () => announce("own", null);
    return new Follower({ visit, own, lead: (state, done) => announce("lead", { state, done }) });
  }

  /**
   * A learner's numbers on the teacher's page, at the step that is on screen.
   * @param {string} lesson
   * @param {string} query
   */
  #showSolution(lesson, query) {
    const place = this.#follower?.place;
    this.#follower?.roam(stateOf({ ...(place?.lesson === lesson ? place : {}), lesson, query }));
  }

  #seenByTeacher() {
    const teacher = this.#part;
    if (!(teacher instanceof Teacher)) return;
    this.#dress();
    this.#bar?.draw();
    this.#veil();
  }

  // --- a learner

  /**
   * @param {Seat} seat
   * @param {WireJoined} [joined]
   */
  #sit(seat, joined) {
    this.#clear();
    this.#join.show(false);
    const learner = new Learner(this.#line, seat, {
      keep: keepSeat,
      seen: () => this.#seenByLearner(),
      moved: () => this.#follow(),
    });
    this.#part = learner;
    this.#follower = this.#newFollower();
    this.#bar = new LearnerBar(learner, (follows) => this.#turn(follows));
    this.#root.append(this.#bar.node);
    learner.begin(joined);
    announce("locate", null);
    this.#measure();
  }

  #seenByLearner() {
    const learner = this.#part;
    if (!(learner instanceof Learner)) return;
    this.#dress();
    if (learner.over) return this.#leave(learner.over);
    this.#bar?.draw();
    this.#mark();
    this.#veil();
  }

  /** Whoever changes a number goes on alone from there. */
  #edited() {
    if (!(this.#part instanceof Learner) || !this.#part.follows) return;
    this.#follower?.stay();
    this.#part.follow(false);
  }

  /** @param {string} why */
  #leave(why) {
    this.#clear();
    this.#say(why);
    if (isJoinPage()) {
      this.#join.open("");
      this.#join.show(true);
    }
  }

  #follow() {
    if (this.#part instanceof Learner && this.#part.follows) this.#follower?.follow(this.#part.now?.shown ?? null);
  }

  /**
   * To follow, or to roam: where this learner was goes along, and is there again at the next roaming.
   * @param {boolean} follows
   */
  #turn(follows) {
    const learner = this.#part;
    if (!(learner instanceof Learner)) return;
    if (follows) learner.follow(true, this.#follower?.place);
    else {
      learner.follow(false);
      this.#follower?.roam(learner.seat.own);
    }
  }

  /** @param {State} state */
  #placed(state) {
    this.#veil(); // a stage that came just now has not heard of it
    if (this.#part instanceof Teacher) this.#part.show({ ...stateOf({}), ...state });
    this.#follower?.placed(state);
    if (this.#bar instanceof LearnerBar) this.#bar.placed(state);
  }
}

const isJoinPage = () => /\/join$/.test(location.pathname);

/**
 * The numbers that a question asks for, which are not to be read off the page meanwhile.
 * @param {import("./wire.js").WireQuestion | null | undefined} question
 * @returns {import("../talk/between.js").Veil | null}
 */
const veilOf = (question) =>
  question?.about && question.phase !== "revealed" ? { ...question.about, isRow: question.kind === "choice" } : null;
