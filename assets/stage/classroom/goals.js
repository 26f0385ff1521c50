// The challenges of a lesson: given to a class by its teacher, and looked at again whenever a learner's numbers change.

import { element } from "../draw/nodes.js";
import { say } from "../model/say.js";
import { announce, listen } from "../talk/between.js";
import { asked } from "../talk/linked.js";
import { WORLD, waitOf } from "./line.js";

/** @import { State } from "./states.js" */

/** @typedef {{ goal: string, reached: boolean }} Goal */

const TRIES = 5; // until a server that does not answer is left alone: a restart takes a few seconds

/**
 * @param {string} lesson
 * @param {string} query
 * @returns {Promise<Goal[]>} none where nobody answers
 */
export async function goalsOf(lesson, query) {
  for (let n = 1; n <= TRIES; n++) {
    const found = /** @type {Goal[] | undefined} */ (await asked("goals", lesson, query));
    if (found) return found;
    await WORLD.sleep(waitOf(n));
  }
  return [];
}

export class GoalsDialog {
  #give;
  #list = element("div", { className: "goals" });
  #said = element("p", { className: "problem", aria: { role: "status" } });
  node = element("dialog", { className: "ask", aria: { labelledby: "goals-title" } });

  /** @param {(lesson: string, number: number) => void} give */
  constructor(give) {
    this.#give = give;
    const cancel = element("button", { type: "button", textContent: say("Cancel"), onclick: () => this.node.close() });
    this.node.append(
      element("h2", { id: "goals-title", textContent: say("Give a challenge") }),
      this.#list,
      this.#said,
      element("div", { className: "buttons" }, cancel),
    );
  }

  async open() {
    const lesson = placeOnScreen()?.lesson ?? "";
    this.#list.replaceChildren();
    this.#said.textContent = lesson ? "" : say("Open a lesson with challenges first.");
    this.node.showModal();
    if (!lesson) return;
    const goals = await goalsOf(lesson, "");
    this.#said.textContent = goals.length ? "" : say("Nobody answers: is this device still connected?");
    this.#list.replaceChildren(...goals.map(({ goal }, n) => this.#row(lesson, goal, n)));
    /** @type {HTMLElement | null} */ (this.node.querySelector("button"))?.focus();
  }

  /**
   * @param {string} lesson
   * @param {string} goal
   * @param {number} n
   */
  #row(lesson, goal, n) {
    const give = element("button", { type: "button", textContent: say("Give it") });
    give.setAttribute("aria-label", say("Give it: {goal}", { goal }));
    give.onclick = () => {
      this.node.close();
      this.#give(lesson, n);
    };
    return element("div", { className: "row" }, element("p", { textContent: goal }), give);
  }
}

/** @returns {State | undefined} where the stage is */
function placeOnScreen() {
  /** @type {State | undefined} */
  let found;
  const end = listen("place", (place) => {
    found = place;
  });
  announce("locate", null);
  end();
  return found;
}
