// The page: signs in, listens, and keeps what is shown fresh.
import { forgetToken, get, hasToken, listen, setToken, takeTokenFromAddress, whenRefused } from "/console/api.js";
import { showAlerts } from "/console/alerts.js";
import { RateChart } from "/console/charts.js";
import { DevicePanel } from "/console/devices.js";
import { LifePanel } from "/console/life.js";
import { listLetters } from "/console/letters.js";
import { bindLedger, showLedger } from "/console/ledger.js";
import { showFailures, showProcessors } from "/console/processors.js";
import { bindReconcile } from "/console/reconcile.js";
import { bindReplay, offerReplays } from "/console/replay.js";
import { bars, byId, count, setText } from "/console/text.js";

const SLOW_MS = 5000;
let rates;
let devices;
let life;
let stopListening;
let lettersSeen = -1;
let devicesSeen = -1;

function showSystem(system) {
  const { messages, deadLetters } = system;
  setText("rate", count(system.messagesPerSecond));
  setText("accepted-hint", `${count(messages.accepted)} accepted`);
  setText("stored", count(messages.stored));
  setText("stored-hint", messages.pending ? `${count(messages.pending)} on their way` : "nothing on its way");
  setText("unaccounted", count(messages.unaccounted));
  setText("unaccounted-hint", messages.unaccounted ? "messages without an outcome" : "every message has its outcome");
  byId("unaccounted-tile").className = `tile ${messages.unaccounted || system.account.problems ? "bad" : "good"}`;
  showLedger(system.account);
  offerReplays(deadLetters);
  setText("dead", count(deadLetters.total));
  const reasons = Object.keys(deadLetters.byReason).length;
  setText("dead-hint", reasons === 1 ? "for one reason" : `for ${reasons} reasons`);
  setText("anomalies", count(system.anomalies));
  setText("anomalies-hint", "found by the detector");
  setText("devices", count(system.devices.total));
  const off = system.devices.disabled + system.devices.quarantined;
  setText("devices-hint", off ? `${count(off)} disabled or quarantined` : "all enabled");
  showAccount(messages);
  const rows = Object.entries(deadLetters.byReason).map(([name, number]) => ({ name, number }));
  bars(byId("reasons"), rows.sort((a, b) => b.number - a.number), "None. Every payload could be read.");
  rates.add(Math.round(Date.parse(system.at) / 1e3), system.messagesPerSecond);
  followChanges(system);
}

function showAccount(messages) {
  bars(byId("account"), [
    { name: "Stored", number: messages.stored },
    { name: "Dead-lettered", number: messages.deadLettered },
    { name: "Duplicate", number: messages.duplicates },
    { name: "Expired", number: messages.expired },
    { name: "Quarantined", number: messages.quarantined },
    { name: "On their way", number: messages.pending },
    { name: "Unaccounted", number: messages.unaccounted, bad: messages.unaccounted > 0 },
  ]);
}

/** Lists are read again only where their counts have changed. */
function followChanges(system) {
  if (system.deadLetters.total !== lettersSeen) {
    lettersSeen = system.deadLetters.total;
    quietly(listLetters());
  }
  if (system.devices.total !== devicesSeen) {
    devicesSeen = system.devices.total;
    quietly(devices.list());
  }
}

/** What fails here shows in the line at the top; the next round tries again. */
function quietly(work) {
  work.catch((problem) => link("lost", problem.message));
}

function link(state, text) {
  byId("link").className = `link ${state}`;
  setText("link", text);
}

async function start() {
  byId("sign-in").close();
  byId("main").hidden = false;
  byId("sign-out").hidden = false;
  rates ??= new RateChart(byId("rate-chart"));
  devices ??= new DevicePanel();
  life ??= new LifePanel();
  const controller = new AbortController();
  stopListening = () => controller.abort();
  const showSlow = () => {
    showProcessors();
    showFailures();
    quietly(showAlerts());
    quietly(life.refresh());
  };
  const refresh = setInterval(() => {
    quietly(devices.refresh());
    showSlow();
  }, SLOW_MS);
  showSlow();
  for (let wait = 1000; !controller.signal.aborted; wait = Math.min(wait * 2, 10000)) {
    try {
      const system = await get("/system", controller.signal);
      rates.begin(system.rates, Math.round(Date.parse(system.at) / 1e3));
      showSystem(system);
      link("live", "live");
      wait = 1000;
      await listen(onEvent, controller.signal);
    } catch (problem) {
      if (controller.signal.aborted) {
        break;
      }
      link("lost", `The control plane doesn't answer (${problem.message}). Trying again.`);
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  clearInterval(refresh);
}

function onEvent(name, data) {
  if (name === "system") {
    showSystem(data);
    link("live", data.live ? "live" : "live; counts are still catching up");
  } else if (name === "anomaly" && data.device === devices.chosen?.id) {
    quietly(devices.refresh());
  }
}

function askForToken(error = "") {
  stopListening?.();
  byId("main").hidden = true;
  byId("sign-out").hidden = true;
  link("", "signed out");
  setText("sign-in-error", error);
  if (!byId("sign-in").open) {
    byId("sign-in").showModal();
  }
}

whenRefused(() => {
  forgetToken();
  askForToken("This token isn't known here.");
});
byId("sign-in").addEventListener("cancel", (event) => event.preventDefault());
byId("sign-in-form").addEventListener("submit", (event) => {
  event.preventDefault();
  setToken(byId("token").value.trim());
  byId("token").value = "";
  start();
});
byId("sign-out").addEventListener("click", () => {
  forgetToken();
  askForToken();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  rates?.draw();
  devices?.redraw();
  life?.redraw();
});
bindReconcile();
bindLedger();
bindReplay();
takeTokenFromAddress();
if (hasToken()) {
  start();
} else {
  askForToken();
}
