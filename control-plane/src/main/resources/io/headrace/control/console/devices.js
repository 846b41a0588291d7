// The list of devices, and what is shown of the chosen one.
import { find, get } from "/console/api.js";
import { WindowChart } from "/console/charts.js";
import { byId, count, make, measure, setText, time } from "/console/text.js";

const SIZES = { PT1S: "1 s", PT10S: "10 s", PT1M: "1 min", PT5M: "5 min", PT15M: "15 min", PT1H: "1 h", PT24H: "1 day" };
const SHOWN = 200;

export class DevicePanel {
  constructor() {
    this.chart = new WindowChart(byId("device-chart"));
    this.chosen = undefined;
    byId("device-search").addEventListener("input", () => this.list());
    byId("metric").addEventListener("change", () => this.drawWindows());
    byId("size").addEventListener("change", () => this.drawWindows());
  }

  /** Reads the list again; chooses the first device where none is chosen. */
  async list() {
    const prefix = byId("device-search").value.trim();
    const page = await get(`/devices?limit=${SHOWN}&prefix=${encodeURIComponent(prefix)}`);
    const items = page.devices.map((device) => this.item(device));
    const none = prefix ? "No device begins so." : "No devices yet. Make one: POST /api/v1/devices {\"id\": \"…\"}";
    byId("device-list").replaceChildren(...(items.length ? items : [make("li", { class: "empty" }, none)]));
    setText("device-more", page.total > SHOWN ? `${SHOWN} of ${count(page.total)}: narrow the search` : "");
    if (!this.chosen && page.devices.length) {
      await this.choose(page.devices[0]);
    }
  }

  item(device) {
    const button = make(
      "button",
      { type: "button", "aria-current": String(device.id === this.chosen?.id), onclick: () => this.choose(device) },
      make("span", { class: "name", title: device.id }, device.id),
    );
    if (device.status !== "enabled") {
      button.append(make("span", { class: `badge ${device.status}` }, device.status));
    }
    if (device.tags.source === "simulated") {
      button.append(make("span", { class: "badge simulated" }, "simulated"));
    }
    return make("li", {}, button);
  }

  async choose(device) {
    this.chosen = device;
    byId("metric").replaceChildren();
    for (const button of byId("device-list").querySelectorAll("button")) {
      button.setAttribute("aria-current", String(button.querySelector(".name").textContent === device.id));
    }
    setText("device-title", device.id);
    const badge = byId("device-status");
    badge.hidden = false;
    badge.className = `badge ${device.status}`;
    badge.textContent = device.status;
    await this.refresh();
  }

  /** Reads everything of the chosen device again. */
  async refresh() {
    if (!this.chosen) {
      return;
    }
    const id = encodeURIComponent(this.chosen.id);
    const [windows, anomalies, latest] = await Promise.all([
      get(`/devices/${id}/aggregates`),
      get(`/anomalies?device=${id}&limit=500`),
      find(`/devices/${id}/latest`).catch(() => null),
    ]);
    if (windows.device !== this.chosen.id) {
      return;
    }
    this.windows = windows.aggregates;
    this.anomalies = anomalies.anomalies;
    options(byId("metric"), [...new Set(this.windows.map((each) => each.metric))], undefined, this.anomalies[0]?.metric);
    this.drawWindows();
    showLatest(latest);
    showAnomalies(this.anomalies);
  }

  /** Draws from scratch: the colours have changed. */
  redraw() {
    this.chart.clear();
    this.drawWindows();
  }

  drawWindows() {
    const metric = byId("metric").value;
    const ofMetric = (this.windows ?? []).filter((each) => each.metric === metric);
    options(byId("size"), [...new Set(ofMetric.map(definition))], (size) => SIZES[size] ?? size);
    const size = byId("size").value;
    const windows = ofMetric.filter((each) => definition(each) === size);
    const empty = byId("device-empty");
    empty.hidden = windows.length > 0;
    byId("device-chart").hidden = windows.length === 0;
    if (windows.length === 0) {
      empty.textContent = "No closed window yet. The first appears when the device's own time has passed its end, or it falls silent.";
      this.chart.clear();
      return;
    }
    const seconds = (Date.parse(windows[0].end) - Date.parse(windows[0].start)) / 1e3;
    this.chart.draw(`${this.chosen.id} ${metric} ${size}`, windows, this.anomalies.filter((each) => each.metric === metric), seconds);
  }
}

/** What a window is chosen by: its name, or the size of one without. */
function definition(window) {
  return window.window || window.size;
}

/** Fills a select, keeping the choice where it is still there; otherwise the preferred one is chosen, or the first. */
function options(select, values, label = (value) => value, preferred = undefined) {
  const before = select.value;
  const same = [...select.options].map((option) => option.value).join("\n") === values.join("\n");
  if (!same) {
    select.replaceChildren(...values.map((value) => make("option", { value }, label(value))));
    select.value = [before, preferred].find((value) => values.includes(value)) ?? values[0] ?? "";
  }
  select.disabled = values.length === 0;
}

function showLatest(latest) {
  const list = byId("latest");
  if (latest === null) {
    list.replaceChildren(make("dd", { class: "error" }, "The processors don't answer just now."));
    return;
  }
  const metrics = Object.entries(latest?.metrics ?? {});
  const rows = metrics.flatMap(([name, each]) => [
    make("dt", {}, name),
    make("dd", {}, measure(each.value)),
    make("dd", { class: "when" }, time(each.observedAt)),
  ]);
  list.replaceChildren(...(rows.length ? rows : [make("dd", { class: "hint" }, "Nothing received yet.")]));
}

/** Until when an anomaly lasted, and what somebody said of it. */
function lasting(anomaly) {
  const end = anomaly.state === "open" ? "goes on" : anomaly.end ? `until ${time(anomaly.end)}` : "over";
  return anomaly.verdict ? `${end}, ${anomaly.verdict.replace("-", " ")}` : end;
}

function showAnomalies(anomalies) {
  const items = anomalies.slice(0, 50).map((each) =>
    make(
      "li",
      { class: each.state === "open" ? `open ${each.severity}` : each.severity, title: each.id },
      make("time", { datetime: each.start }, time(each.start)),
      `${each.severity}, ${lasting(each)} · ${each.metric} ${measure(each.peakValue ?? each.value)} · score ${each.score.toFixed(2)} · ${each.reason}`,
    ),
  );
  byId("device-anomalies").replaceChildren(...(items.length ? items : [make("li", { class: "hint" }, "None found.")]));
}
