// Passes a click on a cell of a Plotly heatmap to the page: heatmaps report no selections by themselves.
export default function watch({ data, setTriggerValue }) {
  const timer = setInterval(() => {
    const chart = document.querySelector(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`);
    if (!chart?.on || chart.dataset.picks) return;
    chart.dataset.picks = "yes";
    chart.on("plotly_click", ({ points: [point] }) => setTriggerValue("pick", { cell: [Math.round(point.y) - 1, Math.round(point.x) - 1], panel: point.curveNumber }));
  }, 200);
  return () => clearInterval(timer);
}
