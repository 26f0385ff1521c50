// Keys where the stage is a guest: in a notebook, whose own shortcuts are letters, arrows and Enter.

const SHORTCUTS = "data-lm-suppress-shortcuts"; // JupyterLab leaves keys alone on an element that has it
const HELD = /^[acvxyz]$/i; // with Ctrl or ⌘ these are the stage's

/**
 * Whether the notebook has its use for a key on the stage: to save with Ctrl, to run a cell with Shift and Enter.
 * @param {KeyboardEvent} event
 */
const isTheirs = ({ key, ctrlKey, metaKey, shiftKey }) =>
  ctrlKey || metaKey ? !HELD.test(key) : shiftKey && key === "Enter";

/**
 * Keep the keys that are pressed on the stage from the notebook around it.
 * @param {HTMLElement} host
 * @returns {() => void} gives them back
 */
export function keepKeys(host) {
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.composedPath().includes(host)) host.toggleAttribute(SHORTCUTS, !isTheirs(event));
  };
  window.addEventListener("keydown", onKey, true); // before the notebook, which listens to its document
  return () => window.removeEventListener("keydown", onKey, true);
}
