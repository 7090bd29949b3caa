// The chart library, loaded only where a chart is drawn. Only the parts that are used are taken.
import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip, type ChartConfiguration } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

const INK = "#1b2622";
const SOFT = "#4a5650";
const LINE = "#e3dfd4";

export interface Bars {
  labels: string[];
  values: number[];
  colors: string[];
  /** Bars lie; for names that are long. */
  lying: boolean;
}

/** Numbers at the ends of the bars, so that nobody has to read an axis. */
const numbers = {
  id: "numbers",
  afterDatasetsDraw(chart: Chart): void {
    const { ctx } = chart;
    const lying = chart.options.indexAxis === "y";
    const data = chart.data.datasets[0]?.data as number[];
    if (!lying && data.length > 16) return;
    ctx.save();
    ctx.fillStyle = INK;
    ctx.font = "600 12px system-ui, sans-serif";
    ctx.textBaseline = lying ? "middle" : "bottom";
    ctx.textAlign = lying ? "left" : "center";
    chart.getDatasetMeta(0).data.forEach((bar, at) => {
      const value = data[at];
      if (value) ctx.fillText(String(value), bar.x + (lying ? 5 : 0), bar.y - (lying ? 0 : 3));
    });
    ctx.restore();
  },
};

export function draw(canvas: HTMLCanvasElement, { labels, values, colors, lying }: Bars): () => void {
  const names = { grid: { display: false }, border: { color: LINE }, ticks: { color: INK, font: { size: 12 }, autoSkip: !lying, maxRotation: 0 } };
  const counts = { beginAtZero: true, grace: "8%", grid: { color: LINE }, border: { display: false }, ticks: { color: SOFT, precision: 0, font: { size: 11 }, maxTicksLimit: 6 } };
  const config: ChartConfiguration<"bar"> = {
    type: "bar",
    data: { labels, datasets: [{ data: values, backgroundColor: colors, borderRadius: 3, maxBarThickness: lying ? 18 : 34 }] },
    options: {
      indexAxis: lying ? "y" : "x",
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { right: lying ? 22 : 4, top: lying ? 0 : 14 } },
      plugins: { tooltip: { displayColors: false } },
      scales: lying ? { x: counts, y: names } : { x: names, y: counts },
    },
    plugins: [numbers],
  };
  const chart = new Chart(canvas, config);
  return () => chart.destroy();
}
