/* Draws the plots of answers by Plotly, which is loaded once one comes into sight. Each has its
 * table below, which says the same without it. */

const PLOTLY = document.querySelector("[data-plotly]").dataset.plotly;
const COLOURS = ["--accent", "--plot-1", "--look", "--alarm", "--plot-4", "--edge"];
const BAND_OPACITY = 0.18;
const ROW_HEIGHT = 28;
const AXIS_HEIGHT = 132;
const USUAL_HEIGHT = 288;
const DAY_MS = 86_400_000;
const TIMES = [
  { dtickrange: [null, DAY_MS - 1], value: "%H:%M" },
  { dtickrange: [DAY_MS, null], value: "%-m/%-d" },
];

let loading = null;

const inSight = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    inSight.unobserve(target);
    draw(target);
  }
}, { rootMargin: "300px" });

/* All below this element. */
export function drawAll(within) {
  for (const place of within.querySelectorAll("[data-chart]")) {
    place.hidden = false;
    inSight.observe(place);
  }
}

drawAll(document);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const place of document.querySelectorAll(".js-plotly-plot")) draw(place);
});

async function draw(place) {
  try {
    loading ??= load();
    await loading;
    const chart = JSON.parse(place.dataset.chart);
    await globalThis.Plotly.react(place, traces(chart), layout(chart), {
      displayModeBar: false, responsive: true, scrollZoom: false,
    });
  } catch {
    loading = null;
    place.hidden = true;
  }
}

function load() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = PLOTLY;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function traces(chart) {
  return chart.series.flatMap((series, place) => {
    const shade = colour(COLOURS[place % COLOURS.length]);
    if (series.kind === "heatmap") return [heatmap(series, chart)];
    if (series.kind === "box") return [{ type: "box", name: series.name, y: series.y, marker: { color: shade } }];
    const trace = { name: series.name, x: series.x, y: series.y, ...look(series.kind, shade) };
    if (!series.low) return [trace];
    return series.kind === "line" ? [...band(series, shade), trace] : [{ ...trace, error_y: whiskers(series, shade) }];
  });
}

function look(kind, shade) {
  if (kind === "bar") return { type: "bar", marker: { color: shade } };
  if (kind === "scatter") return { type: "scatter", mode: "markers", marker: { color: shade, size: 6 } };
  return { type: "scatter", mode: "lines", line: { color: shade, width: 2 } };
}

/* From the lower end to the upper one; the legend does not name it. */
function band({ x, low, high }, shade) {
  const edge = { type: "scatter", mode: "lines", x, line: { width: 0 }, hoverinfo: "skip", showlegend: false };
  const fillcolor = `rgba(${rgb(shade)}, ${BAND_OPACITY})`;
  return [{ ...edge, y: low }, { ...edge, y: high, fill: "tonexty", fillcolor }];
}

function rgb(shade) {
  return [1, 3, 5].map((at) => parseInt(shade.slice(at, at + 2), 16)).join(", ");
}

function whiskers({ y, low, high }, color) {
  return {
    type: "data", symmetric: false, color, thickness: 1.5, width: 4,
    array: high.map((it, at) => it - y[at]), arrayminus: low.map((it, at) => y[at] - it),
  };
}

function heatmap({ name, x, y, z }) {
  return {
    type: "heatmap", name, x, y, z, hoverongaps: false,
    colorscale: [[0, colour("--sunken")], [1, colour("--accent")]],
    colorbar: { thickness: 10, len: 1, title: { text: name, side: "right" } },
  };
}

function layout(chart) {
  const isHeatmap = chart.series.some(({ kind }) => kind === "heatmap");
  const named = chart.series.length > 1;
  return {
    height: isHeatmap ? AXIS_HEIGHT + ROW_HEIGHT * chart.series[0].y.length : USUAL_HEIGHT,
    margin: { l: 8, r: 8, t: 8, b: 8 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("--text") },
    barmode: chart.is_stacked ? "stack" : "group",
    showlegend: named && !isHeatmap,
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 },
    xaxis: axis(chart.x),
    yaxis: isHeatmap ? { ...axis({ title: "" }), type: "category" } : axis(chart.y),
    dragmode: false,
  };
}

function axis({ title, is_time: isTime }) {
  return {
    title: { text: title, standoff: 8 },
    automargin: true,
    fixedrange: true,
    gridcolor: colour("--line"),
    zerolinecolor: colour("--line"),
    ...(isTime && { tickformatstops: TIMES, nticks: 6 }),
  };
}
