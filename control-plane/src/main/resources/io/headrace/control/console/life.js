// How much of devices' lives is left: who has least, and how it came to that.
import { find, get } from "/console/api.js";
import { LifeChart } from "/console/charts.js";
import { byId, make, setText, span, time } from "/console/text.js";

const MOST = 100;

/** The list, and the course of the one that is chosen. The section isn't there while no model tells anything. */
export class LifePanel {
  constructor() {
    this.chart = new LifeChart(byId("life-chart"));
  }

  async refresh() {
    const { predictions } = await get(`/predictions?limit=${MOST}`);
    byId("life-section").hidden = predictions.length === 0;
    if (predictions.length === 0) {
      this.chosen = undefined;
      this.chart.clear();
      return;
    }
    this.chosen = predictions.find((each) => isSame(each, this.chosen)) ?? predictions[0];
    byId("life").replaceChildren(...predictions.map((each) => this.row(each)));
    setText("life-hint", predictions.length === MOST ? `The ${MOST} that have least left.` : "");
    await this.showCourse();
  }

  row(each) {
    const choose = make("button", { type: "button", class: "quiet", onclick: () => this.choose(each) }, each.device);
    return make(
      "tr",
      { "aria-current": isSame(each, this.chosen) ? "true" : undefined, title: each.reason },
      make("td", { class: "name" }, choose),
      make("td", { class: "number" }, span(each.remainingMs)),
      make("td", { class: "number" }, `${span(each.lowMs)} – ${each.highMs === undefined ? "more" : span(each.highMs)}`),
      make("td", {}, time(each.endsAt)),
      make("td", { class: "number" }, `${Math.round(100 * each.health)} %`),
      make("td", {}, `${each.model}, version ${each.version}`),
    );
  }

  async choose(prediction) {
    this.chosen = prediction;
    await this.refresh().catch((problem) => setText("life-hint", problem.message));
  }

  /** What comes while somebody has chosen another one is of no interest any more. */
  async showCourse() {
    const { device, model, reason } = this.chosen;
    const course = await find(`/devices/${encodeURIComponent(device)}/predictions/${encodeURIComponent(model)}`);
    if (!isSame({ device, model }, this.chosen) || course === undefined) {
      return;
    }
    setText("life-title", `${device}: ${reason}`);
    this.chart.draw(`${device} ${model}`, course.points);
  }

  /** Draws from scratch: the colours have changed. */
  redraw() {
    this.chart.clear();
    if (this.chosen === undefined) {
      return;
    }
    this.showCourse().catch((problem) => setText("life-hint", problem.message));
  }
}

function isSame(one, other) {
  return one?.device === other?.device && one?.model === other?.model;
}
