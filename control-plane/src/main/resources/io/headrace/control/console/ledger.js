// The running account: whether it adds up, up to the stores, and minute by minute.
import { get } from "/console/api.js";
import { byId, count, make, setText, time } from "/console/text.js";

/** @param account as the system's view has it */
export function showLedger(account) {
  const alert = byId("alert");
  const still = account.at && !account.current ? `The account stands still since ${time(account.at)} UTC.` : "";
  const text = account.alert ? `The account hasn't added up since ${time(account.alert)} UTC: ${account.detail}. ${still}` : still;
  alert.hidden = !text;
  setText("alert", text);
  if (account.oldestUnaccounted) {
    setText("unaccounted-hint", `the oldest of ${time(account.oldestUnaccounted)} UTC`);
  } else if (account.problems) {
    setText("unaccounted-hint", `${count(account.problems)} problems: reconcile names them`);
  }
  byId("sinks").replaceChildren(...(account.sinks ?? []).filter((sink) => sink.there).map(sinkLine));
}

function sinkLine(sink) {
  const set = sink.refused ? `, ${count(sink.refused)} set aside` : "";
  const since = sink.oldestPending ? ` since ${time(sink.oldestPending)} UTC` : "";
  const rest = sink.pending ? `${count(sink.pending)} on their way${since}` : "nothing on its way";
  return make("li", { class: sink.overdue ? "error" : "" }, `${sink.name}: ${count(sink.stored)} readings stored${set}, ${rest}`);
}

async function listMinutes() {
  const { minutes } = await get("/reconcile/minutes?last=60");
  const rows = new Map();
  for (const each of minutes) {
    const window = each.windows.reduce((least, size) => (size.windowed + size.late < least.windowed + least.late ? size : least));
    const sum = rows.get(each.minute) ?? [0, 0, 0, 0, 0, 0, 0];
    const set = each.deadLettered + each.quarantined;
    const more = [each.accepted, each.stored, set, each.duplicates + each.expired, each.unaccounted, each.values, window.windowed + window.late];
    rows.set(each.minute, sum.map((value, index) => value + more[index]));
  }
  byId("minute-rows").replaceChildren(...[...rows].reverse().map(row));
  byId("minutes-empty").hidden = rows.size > 0;
}

function row([minute, numbers]) {
  const cells = numbers.map((number) => make("td", { class: "number" }, count(number)));
  return make("tr", { class: numbers[4] ? "error" : "" }, make("td", {}, time(minute).slice(11, 16)), ...cells);
}

export function bindLedger() {
  byId("minutes").addEventListener("toggle", () => {
    if (byId("minutes").open) {
      listMinutes().catch((problem) => setText("reconcile-result", problem.message));
    }
  });
}
