// Passes a click on a cell of a Plotly heatmap to the page: heatmaps report no selections by themselves.

import { inTurn } from "../talk/between.js";

/** @import { WireChart, WirePick } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

/**
 * What Plotly makes of a chart's element.
 * @typedef {{ points: { x: number, y: number, curveNumber: number }[] }} Click
 * @typedef {HTMLElement & { on?: (event: "plotly_click", hear: (click: Click) => void) => void }} Chart
 */

const LOOK_AGAIN = 200; // ms: charts come later than this component, and come anew

/** @param {Component<WireChart>} component */
export default function watch({ data, setTriggerValue }) {
  const timer = setInterval(() => {
    /** @type {Chart | null} */
    const chart = document.querySelector(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`);
    if (!chart?.on || chart.dataset.picks) return;
    chart.dataset.picks = "yes";
    chart.on("plotly_click", ({ points: [point] }) => {
      /** @type {WirePick} */
      const pick = { cell: [Math.round(point.y) - 1, Math.round(point.x) - 1], panel: point.curveNumber };
      inTurn(() => setTriggerValue?.("pick", pick));
    });
  }, LOOK_AGAIN);
  return () => clearInterval(timer);
}
