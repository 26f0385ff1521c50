// Runs inside the measured page: notes when an event arrives and what the screen shows after each frame.
// A frame's time is taken in the first task after it was painted; its state is what it showed.

(() => {
  const texts = (nodes) => [...nodes].map((node) => node.textContent);

  const READERS = {
    // The lesson's stage. state: everything a learner reads on it; cells: the nodes that must stay.
    stage() {
      const atlas = stageRoot();
      const cells = [...atlas.querySelectorAll("td[data-step]")];
      const tab = atlas.querySelector("[aria-selected=true]")?.textContent;
      const blank = cells.filter((cell) => !cell.textContent && !cell.firstElementChild).length;
      return { state: `${tab}|${texts(cells).join(" ")}`, cells, blank };
    },
    arithmetic() {
      const atlas = stageRoot();
      return { state: texts(atlas.querySelectorAll(".symbols, .numbers")).join("|"), cells: [], blank: 0 };
    },
    // Plotly charts. A chart is blank while it, its heatmap or its printed numbers are missing.
    plotly() {
      const charts = [...document.querySelectorAll(".stPlotlyChart")];
      const images = charts.map((chart) => chart.querySelector(".heatmaplayer image"));
      const drawn = charts.filter((chart, n) => images[n] && chart.querySelector(".heatmap-label"));
      const state = charts.map((chart, n) => (images[n]?.getAttribute("href") ?? images[n]?.getAttribute("xlink:href") ?? "").slice(-400) + texts(chart.querySelectorAll(".heatmap-label")).join(" ")).join("|");
      return { state, cells: images, blank: window.expectedCharts - drawn.length };
    },
  };

  let root;
  function stageRoot() {
    if (root?.isConnected) return root;
    const hosts = [...document.querySelectorAll("*")].map((node) => node.shadowRoot?.querySelector(".atlas")).filter(Boolean);
    return (root = hosts.find((atlas) => atlas.dataset.mode === "lesson"));
  }

  let run;
  const painted = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now());
    port2.postMessage(0);
  });

  const handled = () => run && !run.handled && run.start && (run.handled = performance.now());
  const watcher = new MutationObserver(handled);

  function sample(mine) {
    painted((time) => {
      if (mine !== run) return;
      const { state, cells, blank } = mine.read();
      const kept = cells.every((cell, n) => cell === mine.cells[n]);
      if (state !== mine.state) (mine.state = state), (mine.changed = time);
      mine.frames.push({ time, blank, kept });
      sample(mine);
    });
  }

  const begin = (event) => {
    if (!run || run.start || event.type !== run.type || (run.key && event.key !== run.key)) return;
    run.start = performance.now();
    run.created = event.timeStamp;
    sample(run);
  };
  for (const type of ["keydown", "pointermove"]) window.addEventListener(type, begin, true);

  const ask = window.fetch;
  window.fetch = async (...given) => {
    const answer = await ask(...given);
    if (run?.start && !run.answered && String(given[0]).includes("/atlas/edits/")) run.answered = performance.now();
    return answer;
  };

  // Chromium's own account of slow events: from the input to the frame that shows its effect, in steps of 8 ms.
  const slow = [];
  new PerformanceObserver((list) => slow.push(...list.getEntries().filter(({ name }) => name === "pointerover").map(({ duration }) => duration)))
    .observe({ type: "event", durationThreshold: 16 });

  window.probe = {
    slow: () => slow.splice(0),
    /** Whether the page is complete: nothing blank, and `cells` cells or charts of it. */
    complete(reader, count) {
      if (reader === "plotly") window.expectedCharts = count;
      else if (!stageRoot()) return false;
      const { cells, blank } = READERS[reader]();
      return cells.length >= count && !blank;
    },
    /** Measure from the next event of this type (and key) on. */
    arm(reader, type, key) {
      const read = READERS[reader];
      const { state, cells } = read();
      run = { read, type, key, state, cells, frames: [] };
      watcher.disconnect();
      if (reader === "plotly") return;
      stageRoot().addEventListener("pointerover", begin, true); // from cell to cell it never leaves the shadow tree
      watcher.observe(stageRoot(), { childList: true, subtree: true, characterData: true });
    },
    /** Milliseconds since the screen last changed, -1 before it did; the server's answer counts where it is awaited. */
    rest: (awaited) => (!run.changed || (awaited && !run.answered) ? -1 : performance.now() - Math.max(run.changed, run.answered ?? 0)),
    take() {
      const { start, created, handled, changed, answered, frames } = run;
      run = undefined;
      const shown = answered && frames.find(({ time }) => time > answered)?.time;
      const seen = frames.filter(({ time }) => time <= (shown ?? changed));
      return {
        handler: handled && handled - start,
        final: changed - start,
        sinceInput: changed - created,
        answered: answered && answered - start,
        answerShown: shown && shown - start,
        blankFrames: seen.filter((frame) => frame.blank > 0).length,
        blankTime: seen.reduce((sum, frame, n) => sum + (frame.blank > 0 && n + 1 < seen.length ? seen[n + 1].time - frame.time : 0), 0),
        kept: seen.every((frame) => frame.kept),
      };
    },
  };
})();
