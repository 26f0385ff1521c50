// A learner's bar: whether the page follows, and above it the question or the challenge that is before the class.

import { element } from "../draw/nodes.js";
import { labelSaid, say } from "../model/say.js";
import { objectionTo, parseNumber } from "../model/typed.js";
import { barsOf, labelOf } from "./bars.js";
import { goalsOf } from "./goals.js";
import { redraw } from "./panels.js";
import { numbersOf } from "./states.js";
import { button, solutionOf } from "./teacherbar.js";

/** @import { Learner } from "./learner.js" */
/** @import { State } from "./states.js" */
/** @import { WireQuestion, WireValue } from "./wire.js" */

const LONGEST_LINE = 280; // characters; ui/classroom/limits.py
const REST = 600; // ms after a change until a challenge is looked at

export class LearnerBar {
  #learner;
  #turn;
  #state = element("span", { className: "count", aria: { live: "polite" } });
  #follow = element("button", { type: "button", className: "switch" });
  #card = element("section", { className: "panel", aria: { label: say("The question before the class") } });
  #said = element("p", { className: "said", aria: { role: "status" } });
  #challenge = element("section", { className: "panel challenge", aria: { label: say("The challenge of the class") } });
  #goal = element("p", { className: "goal", dir: "auto" });
  #mine = element("p", { className: "said", aria: { role: "status" } });
  #show = button("", () => void this.#learner.agree(!this.#learner.isShown));
  #bar;
  #drawn = "";
  #isFolded = false;
  #typed = { round: "", text: "" }; // an answer that is not sent yet
  /** @type {State | undefined} */
  #place;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #given = "";
  #looked = "";

  /**
   * @param {Learner} learner
   * @param {(follows: boolean) => void} turn
   */
  constructor(learner, turn) {
    this.#learner = learner;
    this.#turn = turn;
    this.#follow.onclick = () => this.#turn(!learner.follows);
    this.#bar = element(
      "section",
      { className: "bar", aria: { label: say("The class you are in") } },
      this.#state,
      element("span", { className: "space" }),
      this.#follow,
      button(say("Leave"), () => void learner.leave()),
    );
    this.#challenge.append(
      element("p", { className: "answered", textContent: say("A challenge") }),
      this.#goal,
      this.#mine,
      element("div", { className: "buttons" }, this.#show),
    );
    this.#card.hidden = this.#challenge.hidden = this.#show.hidden = true;
    this.node = element("div", { className: "learner" }, this.#challenge, this.#card, this.#said, this.#bar);
  }

  get height() {
    return this.node.offsetHeight;
  }

  draw() {
    const { now, follows, isLost } = this.#learner;
    const waits = !now?.shown && follows;
    const said = follows
      ? waits
        ? say("You are in. Your teacher has not begun.")
        : say("You follow your teacher.")
      : say("You roam with your own numbers.");
    this.#write(this.#state, isLost ? say("The line is lost. Connecting again …") : said);
    this.#write(this.#follow, follows ? say("Roam") : say("Follow again"));
    this.#follow.title = follows
      ? say("Go on by yourself from here")
      : say("Back to where the class is; your numbers are kept");
    this.#drawQuestion(now?.question ?? null);
    this.#drawChallenge();
  }

  /**
   * What is said already is not said again.
   * @param {HTMLElement} node
   * @param {string} text
   */
  #write(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  // --- a question

  /** @param {WireQuestion | null} question */
  #drawQuestion(question) {
    const { answer, problem, isLost } = this.#learner;
    this.#write(this.#said, question ? saidOf(question, answer, problem, isLost) : "");
    const from = JSON.stringify([question, answer?.value, this.#isFolded]);
    if (from === this.#drawn) return;
    this.#drawn = from;
    redraw(this.#card, question ? this.#whole(question) : [], this.#follow);
  }

  /** @param {WireQuestion} question */
  #whole(question) {
    const fold = button(this.#isFolded ? say("Show the question") : say("Fold"), () => this.#fold());
    fold.setAttribute("aria-expanded", String(!this.#isFolded));
    const round = question.round > 1 ? say("The second round") : say("A question");
    const head = element(
      "div",
      { className: "head" },
      element("p", { className: "answered", textContent: round }),
      fold,
    );
    if (this.#isFolded) return [head];
    const text = element("p", { className: "question", dir: "auto", textContent: question.text });
    return [head, text, ...this.#inside(question)];
  }

  #fold() {
    this.#isFolded = !this.#isFolded;
    this.draw();
  }

  /** @param {WireQuestion} question */
  #inside(question) {
    const { answer, before } = this.#learner;
    const mine = answer ? labelOf(question, answer.value) : undefined;
    const earlier =
      before && !answer
        ? [
            element("p", {
              className: "about",
              textContent: say("In the first round: {answer}", { answer: labelOf(question, before.value) }),
            }),
          ]
        : [];
    if (question.phase === "revealed" && question.tally)
      return [barsOf(question.tally, question, answer?.value), ...solutionOf(question)];
    if (question.phase !== "open" && !answer) return [];
    if (mine !== undefined)
      return [
        element("p", { className: "mine" }, say("Your answer: "), element("b", { dir: "auto", textContent: mine })),
      ];
    return [
      ...earlier,
      question.kind === "choice" || question.kind === "truth" ? this.#choices(question) : this.#field(question),
    ];
  }

  /** @param {WireQuestion} question */
  #choices({ kind, choices, text }) {
    /** @type {[string, WireValue][]} */
    const offered =
      kind === "truth"
        ? [
            [say("True"), true],
            [say("False"), false],
          ]
        : choices.map((label, n) => [labelSaid(label), n]);
    const buttons = offered.map(([label, value]) => {
      const choice = button(label, () => this.#learner.say(value));
      choice.dir = "auto";
      return choice;
    });
    return element("div", { className: "choices", aria: { role: "group", label: text } }, ...buttons);
  }

  /** @param {WireQuestion} question */
  #field({ kind, text, id, round }) {
    const isNumber = kind === "number";
    const now = `${id} ${round}`;
    if (this.#typed.round !== now) this.#typed = { round: now, text: "" };
    const field = element("input", {
      type: "text",
      autocomplete: "off",
      maxLength: isNumber ? 40 : LONGEST_LINE,
      value: this.#typed.text,
      aria: { label: say("Your answer: {text}", { text }) },
    });
    field.oninput = () => {
      this.#typed.text = field.value;
    };
    const problem = element("p", { className: "problem", aria: { role: "alert" } });
    const form = element(
      "form",
      { className: "answer" },
      field,
      element("button", { type: "submit", className: "primary", textContent: say("Send") }),
      problem,
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      const { value, objection } = isNumber ? numberIn(field.value) : lineIn(field.value);
      problem.textContent = objection;
      if (!objection) this.#learner.say(value);
    };
    return form;
  }

  // --- a challenge

  #drawChallenge() {
    const challenge = this.#learner.now?.challenge;
    const id = challenge?.id ?? "";
    if (id !== this.#given) {
      this.#given = id;
      this.#looked = "";
      this.#challenge.hidden = !challenge;
      this.#goal.textContent = "";
      void this.#look();
    }
    this.#show.hidden = !this.#learner.hasSolution;
    this.#write(
      this.#show,
      this.#learner.isShown ? say("Take mine back") : say("Show mine to the class, without my name"),
    );
    this.#write(this.#mine, challenge ? progressOf(this.#learner) : "");
  }

  /** @param {State} place where the page is now */
  placed(place) {
    this.#place = place;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), REST);
  }

  /** Whether the numbers on screen reach it: those of the learner, not the teacher's. */
  async #look() {
    const challenge = this.#learner.now?.challenge;
    if (!challenge) return;
    const isHere = this.#place?.lesson === challenge.lesson && !this.#learner.follows;
    const query = isHere ? numbersOf(this.#place?.query ?? "") : "";
    const what = `${challenge.id} ${query}`;
    if (what === this.#looked) return;
    this.#looked = what;
    const goal = (await goalsOf(challenge.lesson, query))[challenge.number];
    if (what !== this.#looked) return;
    if (goal) this.#goal.textContent = goal.goal;
    else this.#looked = ""; // nobody answered: to be asked again
    if (isHere && goal?.reached) await this.#learner.reach(query);
  }
}

/**
 * How far a learner is with the challenge.
 * @param {Pick<Learner, "hasReached" | "isShown" | "notShown" | "follows">} learner
 */
export function progressOf({ hasReached, isShown, notShown, follows }) {
  if (!hasReached) return follows ? say("Change a number to try it: your page roams then.") : say("Not yet.");
  if (notShown) return say("{notShown} Yours is not shown; that you reached it stays counted.", { notShown });
  return isShown
    ? say("Your teacher may show it now. Nobody is told whose it is.")
    : say("Reached. Your teacher sees one more.");
}

/**
 * A number as Predict reads it.
 * @param {string} text
 */
const numberIn = (text) => ({
  value: parseNumber(text),
  objection: objectionTo(text) && say("Type a number, a fraction such as 1/4, or a percentage."),
});

/** @param {string} text */
function lineIn(text) {
  const value = text.trim();
  const length = value.length;
  const tooLong = say("An answer has at most {limit} characters; this one has {length}.", {
    limit: LONGEST_LINE,
    length,
  });
  return { value, objection: length > LONGEST_LINE ? tooLong : value ? "" : say("Write an answer first.") };
}

/**
 * What is said of an answer on its way.
 * @param {WireQuestion} question
 * @param {{ isTaken: boolean } | undefined} answer
 * @param {string} problem
 * @param {boolean} isLost
 */
export function saidOf(question, answer, problem, isLost) {
  if (problem && !answer) return problem;
  if (!answer) return question.phase === "closed" ? say("Closed: no more answers are counted.") : "";
  if (answer.isTaken) return question.phase === "revealed" ? "" : say("Your answer is counted.");
  return isLost ? say("Your answer is kept, and sent once the line is back.") : say("Sending your answer …");
}
