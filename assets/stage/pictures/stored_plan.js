// The plan that this browser keeps, and addresses of its states.

import { emptyPlan, readPlan, written } from "../model/plan.js";
import { partsOf } from "../model/scene.js";

/** @import { Entry, Plan } from "../model/plan.js" */

const PLACE = "atlas:plan";

/**
 * The plan, empty where there is none or none that can be read.
 * @returns {Plan}
 */
export function storedPlan() {
  try {
    const text = localStorage.getItem(PLACE);
    return text === null ? emptyPlan() : readPlan(text, () => true);
  } catch {
    return emptyPlan();
  }
}

/**
 * Keep a plan in this browser.
 * @param {Plan} plan
 * @returns {boolean} whether it is kept
 */
export function storePlan(plan) {
  try {
    localStorage.setItem(PLACE, written(plan));
    return true;
  } catch {
    return false;
  }
}

/**
 * Be told when another tab of this browser changes the plan.
 * @param {HTMLElement} node what shows it; once it is gone nothing is told any more
 * @param {() => void} changed
 */
export function onStored(node, changed) {
  /** @param {StorageEvent} event */
  const heard = ({ key }) => {
    if (!node.isConnected) removeEventListener("storage", heard);
    else if (key === PLACE || key === null) changed();
  };
  addEventListener("storage", heard);
}

/**
 * The address at which a state is presented.
 * @param {Entry} entry
 * @param {number} number of the state in its plan, from 1
 */
export function addressOf({ lesson, query, cover }, number) {
  const url = new URL(`./${lesson}`, location.href);
  url.search = query;
  for (const [name, text] of partsOf({ plan: number, cover })) if (text) url.searchParams.set(name, text);
  return url.href;
}
