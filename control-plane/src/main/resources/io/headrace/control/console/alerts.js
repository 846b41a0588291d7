// Alerts that stand, the newest first.
import { get } from "/console/api.js";
import { byId, make, setText, time } from "/console/text.js";

const MOST = 50;

/** Those that a group's alert tells of are left out, as the API leaves them. */
export async function showAlerts() {
  const { alerts } = await get(`/alerts?limit=${MOST}`);
  const standing = alerts.filter((alert) => alert.state !== "cleared");
  byId("alerts").replaceChildren(...standing.map(row));
  byId("alerts-table").hidden = standing.length === 0;
  setText("alerts-hint", standing.length === 0 ? "None." : standing.length === MOST ? `The newest ${MOST}.` : "");
}

function row(alert) {
  return make(
    "tr",
    { class: alert.severity === "critical" ? "critical" : undefined, title: alert.id },
    make("td", {}, time(alert.raisedAt)),
    make("td", {}, alert.state === "acknowledged" ? `${alert.severity}, seen by ${alert.acknowledgedBy}` : alert.severity),
    make("td", { class: "name" }, alert.device),
    make("td", { class: "detail" }, alert.message),
    make("td", {}, expected(alert.forecast)),
  );
}

/** When what is foretold will be, with its interval. */
function expected(forecast) {
  if (!forecast) {
    return "";
  }
  const latest = forecast.latest ? time(forecast.latest) : "unknown";
  return make("span", { title: `between ${time(forecast.earliest)} and ${latest}` },
    time(forecast.at),
    make("span", { class: "interval" }, `${time(forecast.earliest)} – ${latest}`),
  );
}
