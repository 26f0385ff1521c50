// A player: a step back, play or pause, a step forth, and a slider over numbered moments.

const SHAPES = { play: "M4 2.5v11l9-5.5z", pause: "M4 2.5h3v11H4zM9.5 2.5h3v11h-3z", back: "M12.5 2.5v11l-7-5.5zM3 2.5h2v11H3z", forth: "M3.5 2.5v11l7-5.5zM11 2.5h2v11h-2z" };
const sign = (shape) => drawn("svg", { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" }, drawn("path", { d: SHAPES[shape], fill: "currentColor" }));

class Player {
  /** go(n): show moment n; pace: ms a moment stays while time plays; rest: called when the play ends. */
  constructor(label, pace, go, rest = () => {}) {
    Object.assign(this, { pace, go, rest });
    this.earlier = this.button("back", "Back in time", () => this.move(-1));
    this.player = this.button("play", "Play", () => (this.playing ? this.pause() : this.play()));
    this.later = this.button("forth", "Forth in time", () => this.move(1));
    this.slider = made("input", { type: "range", min: 0, step: 1, "aria-label": label });
    this.slider.oninput = () => (this.pause(), this.go(Number(this.slider.value)));
    this.node = made("div", { class: "player", role: "group", "aria-label": "Time" }, this.earlier, this.player, this.later, this.slider);
  }

  button(shape, label, onclick) {
    return Object.assign(made("button", { type: "button", class: "turn", title: label, "aria-label": label }, sign(shape)), { onclick });
  }

  /** Where time is now, which may be before the first moment, and how that is said. */
  set(now, last, said) {
    Object.assign(this, { now, last });
    this.slider.max = last;
    this.slider.value = Math.max(0, now);
    this.slider.setAttribute("aria-valuetext", said);
    this.earlier.disabled = now <= 0;
    this.later.disabled = now >= last;
  }

  move(by) {
    this.pause();
    this.go(this.now + by);
  }

  /** From the end: once more from the start. */
  play() {
    this.beat(this.now >= this.last ? 0 : this.now + 1);
  }

  beat(n) {
    this.toggle(true);
    this.go(n);
    if (n >= this.last) return this.pause();
    this.timer = setTimeout(() => this.beat(n + 1), this.pace);
  }

  pause() {
    clearTimeout(this.timer);
    if (this.playing) this.rest();
    this.toggle(false);
  }

  toggle(playing) {
    if (this.playing === playing) return;
    this.playing = playing;
    this.player.replaceChildren(sign(playing ? "pause" : "play"));
    this.player.title = playing ? "Pause" : "Play";
    this.player.setAttribute("aria-label", this.player.title);
  }
}
