// Panels that are drawn anew while somebody is at work in them.

/**
 * Draw a panel with other children; without any it is hidden. Who was in it with the keyboard is there again: at the control
 * of the same name, else at the first button, which can do no harm, else at what stands beside the panel.
 * @param {HTMLElement} panel
 * @param {HTMLElement[]} children
 * @param {HTMLElement} beside
 */
export function redraw(panel, children, beside) {
  const root = panel.getRootNode();
  const active = root instanceof ShadowRoot ? root.activeElement : null;
  const name = active && panel.contains(active) ? nameOf(active) : undefined;
  panel.hidden = !children.length;
  panel.replaceChildren(...children);
  if (name === undefined) return;
  const controls = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll("button, input")]);
  const first = controls.find((each) => each instanceof HTMLButtonElement);
  (controls.find((each) => nameOf(each) === name) ?? first ?? beside).focus();
}

/** @param {Element} control */
const nameOf = (control) =>
  control.getAttribute("name") ?? control.getAttribute("aria-label") ?? control.textContent ?? "";
