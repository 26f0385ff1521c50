// Predict: one cell of the step on screen is asked for; a wrong answer gets the worked arithmetic.

class Predict {
  constructor(stage) {
    this.stage = stage;
    this.turn = 0;
    this.question = element("p", { className: "question" });
    this.answer = element("input", { type: "text", inputMode: "text", autocomplete: "off", aria: { label: "Your answer" } });
    this.check = element("button", { type: "submit", className: "primary", textContent: "Check" });
    const another = element("button", { type: "button", textContent: "Another", onclick: () => this.another() });
    this.verdict = element("div", { className: "verdict", aria: { live: "polite" } });
    const form = element("form", { onsubmit: (event) => (event.preventDefault(), this.judge()) }, this.answer, this.check, another);
    this.node = element("aside", { className: "predict", aria: { label: "Predict" } }, element("h3", { textContent: "Predict" }), this.question, form, this.verdict);
    this.answer.addEventListener("focus", () => this.hide());
  }

  /** The cell asked about: a fixed walk through the step, so that a class sees the same questions. */
  get offset() {
    const size = this.step.values.length;
    return size ? (Math.floor(size * 0.618) + this.turn * (size % 7 ? 7 : 5)) % size : 0;
  }

  /** Whether a mask decides the cell, so that there is nothing to work out: a weight beside a masked one is open. */
  get isBlocked() {
    const v = this.step.values[this.offset];
    if (v) return !Number.isFinite(v);
    return operandCells(this.stage.grounded(this.step, this.offset)).some(({ step, offset }) => step.values[offset] === -Infinity);
  }

  /** On to a cell that is open, where the step has one. */
  skip() {
    for (let tries = this.step.values.length; tries && this.isBlocked; tries--) this.turn += 1;
  }

  show(step) {
    this.node.hidden = !step?.expression;
    if (this.node.hidden || step === this.step) return;
    this.step = step;
    this.turn = 0;
    this.skip();
    this.ask();
  }

  ask() {
    this.asked = false;
    this.answer.value = "";
    this.verdict.replaceChildren();
    this.question.replaceChildren(`What is the value of `, element("b", { textContent: this.step.name.replaceAll("/", ", ") }), this.step.axes.length ? " at " : "");
    unflat(this.step, this.offset).forEach((i, n) => {
      const [axis, labels] = this.step.axes[n];
      const said = tellsAxis(axis, labels[i]) ? "" : `${axis} `;
      this.question.append(n ? ", " : "", said, axisSpan(axis, labels[i]));
    });
    this.question.append("?");
  }

  hide() {
    if (this.asked || !this.step) return;
    this.asked = true;
    this.stage.conceal(this.step, this.offset);
  }

  another() {
    this.turn += 1;
    this.skip();
    this.stage.conceal(null);
    this.ask();
    this.answer.focus();
    this.hide();
  }

  judge() {
    const typed = parseNumber(this.answer.value);
    if (Number.isNaN(typed)) return this.say("again", "Type a number, a fraction such as 1/4, or a percentage.");
    const truth = this.step.values[this.offset];
    const close = Math.abs(typed - truth) <= Math.max(0.0051, Math.abs(truth) * 0.005);
    this.stage.conceal(null);
    this.asked = false;
    this.say(close ? "right" : "wrong", close ? "Right." : "Not quite. Here is how it is made:", !close);
    this.stage.pin(this.step, this.offset);
  }

  say(kind, sentence, worked = false) {
    this.verdict.className = `verdict ${kind}`;
    this.verdict.replaceChildren(element("p", { textContent: sentence }));
    if (!worked) return;
    const node = this.stage.grounded(this.step, this.offset);
    const line = `${typeset(node, "numbers")} = <b>${math(signed(number(this.step.values[this.offset])))}</b>`;
    this.verdict.append(element("p", { className: "worked", innerHTML: line }));
  }
}
