// Charts on uPlot: the rate of messages, a metric's windows with its anomalies, and what is left of a device's life.
import uPlot from "/console/uPlot.esm.js";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const utc = (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "Etc/UTC");

function axis(extra = {}) {
  return { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, ...extra };
}

/** 24 hours and ISO dates; the date where it begins to matter. */
function clock(chart, splits, axisIndex, space, step) {
  let day = "";
  return splits.map((seconds) => {
    const iso = new Date(seconds * 1e3).toISOString();
    const date = iso.slice(0, 10);
    const time = iso.slice(11, step < 60 ? 19 : 16);
    const label = step >= 86400 ? date : date === day ? time : `${time}\n${date}`;
    day = date;
    return label;
  });
}

function fit(chart, element) {
  const resize = () => chart.setSize({ width: element.clientWidth, height: chart.height });
  const observer = new ResizeObserver(resize);
  observer.observe(element);
  return () => {
    observer.disconnect();
    chart.destroy();
  };
}

/** Messages per second over the last three minutes. */
export class RateChart {
  constructor(element) {
    this.element = element;
    this.times = [];
    this.rates = [];
    this.draw();
  }

  draw() {
    this.dispose?.();
    const options = {
      width: this.element.clientWidth,
      height: 150,
      legend: { show: false },
      cursor: { y: false },
      tzDate: utc,
      scales: { x: { time: true }, y: { range: (chart, min, max) => [0, Math.max(10, max * 1.1)] } },
      axes: [axis({ space: 80, values: clock }), axis({ size: 60, space: 34 })],
      series: [{}, { stroke: colour("--accent"), width: 2, fill: colour("--band"), points: { show: false } }],
    };
    this.chart = new uPlot(options, [this.times, this.rates], this.element);
    this.dispose = fit(this.chart, this.element);
  }

  /** Begins with what was before the page was opened. */
  begin(rates, now) {
    this.times = rates.map((rate, i) => now - (rates.length - 1 - i));
    this.rates = [...rates];
    this.show();
  }

  add(seconds, rate) {
    if (seconds <= (this.times.at(-1) ?? 0)) {
      return;
    }
    this.times.push(seconds);
    this.rates.push(rate);
    while (this.times[0] < seconds - 180) {
      this.times.shift();
      this.rates.shift();
    }
    this.show();
  }

  show() {
    this.chart.setData([this.times, this.rates]);
  }
}

/** Windows of one metric: the band from least to greatest, the mean, and a mark where an anomaly began. */
export class WindowChart {
  constructor(element) {
    this.element = element;
  }

  /** key: what is drawn; windows: ascending by start; anomalies: of the same device and metric. */
  draw(key, windows, anomalies, sizeSeconds) {
    const data = columns(windows, sizeSeconds);
    const [first, last] = [data[0][0], data[0].at(-1)];
    this.marks = anomalies
      .map((each) => ({ at: Date.parse(each.start) / 1e3, value: each.value }))
      .filter((mark) => mark.at >= first - sizeSeconds && mark.at <= last + sizeSeconds);
    if (this.chart && this.key === key) {
      this.chart.setData(data, !this.isZoomed());
      this.chart.redraw();
    } else {
      this.clear();
      this.key = key;
      this.create(data);
    }
  }

  create(data) {
    const line = { points: { show: data[0].length < 3, size: 5 }, value: (chart, value) => shown(value) };
    const options = {
      width: this.element.clientWidth,
      height: 300,
      tzDate: utc,
      cursor: { y: false },
      scales: { x: { time: true } },
      axes: [axis({ space: 70, values: clock }), axis({ size: 64 })],
      bands: [{ series: [1, 2], fill: colour("--band") }],
      series: [
        { label: "UTC", value: (chart, value) => (value == null ? "–" : minute(value)) },
        { ...line, label: "max", stroke: colour("--edge"), width: 1 },
        { ...line, label: "min", stroke: colour("--edge"), width: 1 },
        { ...line, label: "mean", stroke: colour("--accent"), width: 1.8 },
      ],
      hooks: { draw: [(chart) => mark(chart, this.marks)] },
    };
    this.chart = new uPlot(options, data, this.element);
    this.dispose = fit(this.chart, this.element);
  }

  /** Whether somebody has dragged over a part of it: then new data must not move the view. */
  isZoomed() {
    const times = this.chart.data[0];
    const { min, max } = this.chart.scales.x;
    return times.length > 1 && (min > times[0] || max < times.at(-1));
  }

  clear() {
    this.dispose?.();
    this.dispose = undefined;
    this.chart = undefined;
    this.element.replaceChildren();
  }
}

const HOUR_MS = 36e5;

/** What was told of a device over time: what is left in hours, and the band that nine of ten are in. */
export class LifeChart {
  constructor(element) {
    this.element = element;
  }

  /** key: what is drawn; points: ascending by time. Where a band has no upper end, what is likely is shown as it. */
  draw(key, points) {
    const hours = (ms) => (ms === undefined ? null : ms / HOUR_MS);
    const data = [
      points.map((each) => Date.parse(each.at) / 1e3),
      points.map((each) => hours(each.highMs ?? each.remainingMs)),
      points.map((each) => hours(each.lowMs)),
      points.map((each) => hours(each.remainingMs)),
    ];
    if (this.chart && this.key === key) {
      this.chart.setData(data);
      return;
    }
    this.clear();
    this.key = key;
    const line = { points: { show: points.length < 3, size: 5 }, value: (chart, value) => shown(value) };
    const options = {
      width: this.element.clientWidth,
      height: 260,
      tzDate: utc,
      cursor: { y: false },
      scales: { x: { time: true }, y: { range: (chart, min, max) => [0, Math.max(1, max * 1.05)] } },
      axes: [axis({ space: 70, values: clock }), axis({ size: 64 })],
      bands: [{ series: [1, 2], fill: colour("--band") }],
      series: [
        { label: "UTC", value: (chart, value) => (value == null ? "–" : minute(value)) },
        { ...line, label: "at most, h", stroke: colour("--edge"), width: 1 },
        { ...line, label: "at least, h", stroke: colour("--edge"), width: 1 },
        { ...line, label: "left, h", stroke: colour("--accent"), width: 1.8 },
      ],
    };
    this.chart = new uPlot(options, data, this.element);
    this.dispose = fit(this.chart, this.element);
  }

  clear() {
    this.dispose?.();
    this.dispose = undefined;
    this.chart = undefined;
    this.element.replaceChildren();
  }
}

const minute = (seconds) => new Date(seconds * 1e3).toISOString().slice(0, 16).replace("T", " ");
const shown = (value) => (value == null ? "–" : String(Number(value.toPrecision(6))));

/** A hole where windows are missing, so that no line pretends there were values. */
function columns(windows, sizeSeconds) {
  const data = [[], [], [], []];
  let last;
  for (const each of windows) {
    const start = Date.parse(each.start) / 1e3;
    if (last !== undefined && start - last > 10 * sizeSeconds) {
      [last + sizeSeconds, null, null, null].forEach((value, i) => data[i].push(value));
    }
    [start, each.max, each.min, each.mean].forEach((value, i) => data[i].push(value));
    last = start;
  }
  return data;
}

function mark(chart, marks) {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = colour("--bad");
  ctx.fillStyle = colour("--bad");
  ctx.lineWidth = devicePixelRatio;
  for (const each of marks) {
    const x = chart.valToPos(each.at, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) {
      continue;
    }
    ctx.globalAlpha = 0.35;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.globalAlpha = 1;
    const y = Math.min(Math.max(chart.valToPos(each.value, "y", true), bbox.top), bbox.top + bbox.height);
    ctx.beginPath();
    ctx.arc(x, y, 3.5 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}
