// The teacher's bar: who is there, what can be done; above it the question before the class, as the projector shows it.

import { element } from "../draw/nodes.js";
import { say, toSay } from "../model/say.js";
import { AskDialog } from "./asking.js";
import { barsOf, labelOf } from "./bars.js";
import { GoalsDialog, goalsOf } from "./goals.js";
import { redraw } from "./panels.js";
import { CodeDialog } from "./starting.js";

/** @import { Teacher } from "./teacher.js" */
/** @import { WireChallenge, WireQuestion, WireRoom, WireTally } from "./wire.js" */

const CLOSED = { open: "", closed: toSay("Closed"), revealed: toSay("Revealed") };

export class TeacherBar {
  #teacher;
  #show;
  #code;
  #ask;
  #goals;
  #count = element("span", { className: "count", aria: { live: "polite" } });
  #lost = element("span", { className: "lost", aria: { role: "status" } });
  #problem = element("p", { className: "problem", aria: { role: "alert" } });
  #panel = element("section", { className: "panel", aria: { label: say("The question before the class") } });
  #challenge = element("section", {
    className: "panel challenge",
    aria: { label: say("The challenge given to the class") },
  });
  #asking = button(say("Ask"), () => this.#ask.open());
  #giving = button(say("Challenge"), () => void this.#goals.open());
  #goal = element("p", { className: "goal", dir: "auto" });
  #given = "";
  #bar;
  #drawn = ""; // what the panel was drawn from
  #showsBars = false;
  #isFolded = false;
  /** @type {string | undefined} the question that stood there when another was asked, which gets the focus once it comes */
  #before;
  #ends = element("dialog", { className: "end", aria: { labelledby: "end-title" } });

  /**
   * @param {Teacher} teacher
   * @param {(lesson: string, query: string) => void} show shows numbers that reach a challenge
   */
  constructor(teacher, show) {
    this.#teacher = teacher;
    this.#show = show;
    const { code } = teacher.desk;
    const shown = button(say("Code {code}", { code }), () => this.showCode(), "strong");
    this.#code = new CodeDialog(code, () => shown.focus());
    this.#ask = new AskDialog((question) => void this.#asks(question));
    this.#goals = new GoalsDialog((lesson, number) => void teacher.challenge(lesson, number));
    this.#bar = element(
      "section",
      { className: "bar", aria: { label: say("Your class") } },
      shown,
      this.#count,
      this.#lost,
      element("span", { className: "space" }),
      this.#asking,
      this.#giving,
      button(say("Results"), () => void this.#save()),
      button(say("End"), () => this.#ends.showModal()),
    );
    this.#panel.hidden = this.#challenge.hidden = true;
    this.#layEnd();
    this.node = element(
      "div",
      { className: "teacher" },
      this.#challenge,
      this.#panel,
      this.#problem,
      this.#bar,
      this.#code.node,
      this.#ask.node,
      this.#goals.node,
      this.#ends,
    );
  }

  get height() {
    return this.#bar.offsetHeight;
  }

  showCode() {
    void this.#code.open();
  }

  /** @param {import("./asking.js").Question} question */
  async #asks(question) {
    this.#showsBars = this.#isFolded = false;
    this.#before = this.#teacher.now?.question?.id ?? "";
    const heard = await this.#teacher.ask(question);
    if (heard?.status !== 200) this.#before = undefined;
  }

  #layEnd() {
    const keep = button(say("Go on"), () => this.#ends.close());
    const end = button(
      say("End the class"),
      () => {
        this.#ends.close();
        void this.#teacher.end();
      },
      "primary",
    );
    this.#ends.append(
      element("h2", { id: "end-title", textContent: say("End the class?") }),
      element("p", {
        textContent: say("Everything about it is deleted, with all answers. Save the results first, if you want them."),
      }),
      element(
        "div",
        { className: "buttons" },
        button(say("Save the results"), () => void this.#save()),
        keep,
        end,
      ),
    );
  }

  async #save() {
    const blob = await this.#teacher.results();
    this.#problem.textContent = blob
      ? ""
      : say("The results cannot be fetched at the moment. Try again in a few seconds.");
    if (!blob) return;
    const href = URL.createObjectURL(blob);
    element("a", { href, download: `class-${this.#teacher.desk.code}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
  }

  // --- what is heard

  draw() {
    const { room, isLost, problem, now } = this.#teacher;
    this.#count.textContent = room
      ? say("{here} here · {follows} follow · {roams} roam", {
          here: room.here,
          follows: room.follows,
          roams: room.roams,
        })
      : "";
    this.#lost.textContent = isLost ? say("Connecting again …") : "";
    if (problem) this.#problem.textContent = problem;
    this.#drawQuestion(now?.question ?? null);
    this.#drawChallenge();
  }

  /** @param {WireQuestion | null} question */
  #drawQuestion(question) {
    const tally =
      question?.tally ?? (question && this.#teacher.room?.question === question.id ? this.#teacher.room.tally : null);
    const from = JSON.stringify([question, tally, this.#showsBars, this.#isFolded]);
    if (from === this.#drawn) return;
    this.#drawn = from;
    redraw(this.#panel, question ? this.#whole(question, tally) : [], this.#asking);
    if (!question || this.#before === undefined || question.id === this.#before) return;
    this.#before = undefined;
    this.#panel.querySelector("button")?.focus();
  }

  /**
   * @param {WireQuestion} question
   * @param {WireTally | null} tally
   */
  #whole(question, tally) {
    if (this.#isFolded) return [this.#head(question, tally)];
    const isRevealed = question.phase === "revealed";
    const shows = tally && (isRevealed || this.#showsBars);
    return [
      this.#head(question, tally),
      element("p", { className: "question", dir: "auto", textContent: question.text }),
      ...(shows ? [barsOf(tally, question)] : []),
      ...(isRevealed ? solutionOf(question) : []),
      this.#moves(question),
    ];
  }

  /**
   * @param {WireQuestion} question
   * @param {WireTally | null} tally
   */
  #head(question, tally) {
    const answered = tally?.answered[question.round - 1] ?? 0;
    const of = this.#teacher.room?.here ?? 0;
    const said = [
      question.round > 1 ? say("Second round") : "",
      say("{answered} of {max} answered", { answered, max: Math.max(of, answered) }),
      say(CLOSED[/** @type {"open"} */ (question.phase)]),
    ];
    const fold = button(this.#isFolded ? say("Show the question") : say("Fold"), () => this.#fold());
    fold.setAttribute("aria-expanded", String(!this.#isFolded));
    return element(
      "div",
      { className: "head" },
      element("p", { className: "answered", aria: { live: "polite" }, textContent: said.filter(Boolean).join(" · ") }),
      fold,
    );
  }

  #fold() {
    this.#isFolded = !this.#isFolded;
    this.draw();
  }

  /** @param {WireQuestion} question */
  #moves({ phase, round, kind }) {
    const teacher = this.#teacher;
    const isRevealed = phase === "revealed";
    const bars = button(this.#showsBars ? say("Hide the bars") : say("Show the bars"), () => {
      this.#showsBars = !this.#showsBars;
      this.draw();
    });
    bars.name = "bars";
    const again = () => {
      this.#showsBars = false;
      void teacher.move("again");
    };
    const moves = [
      isRevealed ? undefined : bars,
      phase === "open" ? button(say("Close"), () => void teacher.move("close")) : undefined,
      round === 1 && !isRevealed && kind !== "line" ? button(say("Second round"), again) : undefined,
      isRevealed ? undefined : button(say("Reveal"), () => void teacher.move("reveal"), "primary"),
      button(say("Put away"), () => void teacher.dismiss()),
    ];
    return element("div", { className: "buttons" }, ...moves.filter((each) => each !== undefined));
  }

  // --- a challenge

  #drawChallenge() {
    const { now, room } = this.#teacher;
    const challenge = now?.challenge;
    const from = JSON.stringify([challenge, room?.here, room?.reached, room?.solutions]);
    if (this.#challenge.dataset.from === from) return;
    this.#challenge.dataset.from = from;
    if (challenge) void this.#tellGoal(challenge);
    redraw(this.#challenge, challenge ? this.#progress(challenge, room) : [], this.#giving);
  }

  /**
   * @param {WireChallenge} challenge
   * @param {WireRoom | undefined} room
   */
  #progress(challenge, room) {
    const here = Math.max(room?.here ?? 0, room?.reached ?? 0);
    const reached = say("{reached} of {here} have reached it", { reached: room?.reached ?? 0, here });
    const solutions = (room?.solutions ?? []).map((query, n) =>
      button(say("Solution {n}", { n: n + 1 }), () => this.#show(challenge.lesson, query)),
    );
    return [
      element("p", { className: "answered", aria: { live: "polite" }, textContent: reached }),
      this.#goal,
      element(
        "div",
        { className: "buttons" },
        ...solutions,
        button(say("Take it away"), () => void this.#teacher.withdraw()),
      ),
    ];
  }

  /** @param {WireChallenge} challenge whose goal is asked for once */
  async #tellGoal({ id, lesson, number }) {
    if (id === this.#given) return;
    this.#given = id;
    this.#goal.textContent = "";
    const goals = await goalsOf(lesson, "");
    if (id === this.#given) this.#goal.textContent = goals[number]?.goal ?? "";
  }
}

/** @param {WireQuestion} question */
export function solutionOf({ right, kind, choices, working }) {
  if (right === undefined) return [];
  const isChosen = kind === "choice" || kind === "truth";
  const text = isChosen ? labelOf({ kind, choices }, right) : shortNumber(right);
  const answer = element(
    "p",
    { className: "solution" },
    say("Right: "),
    element("b", { dir: "auto", textContent: text }),
  );
  return working ? [answer, element("p", { className: "working", dir: "auto", textContent: working })] : [answer];
}

/** @param {unknown} value */
const shortNumber = (value) =>
  typeof value === "number" ? String(Number(value.toPrecision(4))).replace("-", "−") : String(value);

/**
 * @param {string} text
 * @param {() => void} act
 */
export function button(text, act, className = "") {
  return element("button", { type: "button", className, textContent: text, onclick: act });
}
