// Brings dead letters back: first what would happen, then on request, then how far it is.
import { get, post } from "/console/api.js";
import { bars, byId, count } from "/console/text.js";

const LOOK_MS = 400;
let one;
let running;

/** Topics and reasons that there are letters of. */
export function offerReplays(deadLetters) {
  offer("replay-topic", deadLetters.topics ?? []);
  offer("replay-reason", Object.keys(deadLetters.byReason));
}

function offer(id, values) {
  const select = byId(id);
  for (const value of values) {
    if (![...select.options].some((option) => option.value === value)) {
      select.add(new Option(value, value));
    }
  }
}

/** @param letter the only one that is meant; undefined for those that the form says */
export function openReplay(letter) {
  one = letter;
  byId("replay-one").hidden = !letter;
  byId("replay-one").textContent = letter ? `Only ${letter.topic} ${letter.partition}:${letter.offset}.` : "";
  for (const id of ["replay-topic", "replay-reason", "replay-device"]) {
    byId(id).disabled = Boolean(letter);
  }
  if (!running) {
    tell("Nothing is changed before you have seen what would happen.");
    byId("replay-begin").hidden = true;
    byId("replay-outcomes").replaceChildren();
  }
  byId("replay").showModal();
}

function asked() {
  const rate = Number(byId("replay-rate").value);
  if (one) {
    return { topic: one.topic, partition: one.partition, offset: one.offset, rate };
  }
  return {
    topic: byId("replay-topic").value,
    reason: byId("replay-reason").value || undefined,
    device: byId("replay-device").value.trim() || undefined,
    rate,
  };
}

async function dryRun() {
  byId("replay-begin").hidden = true;
  tell("Asking …");
  const report = await post("/dead-letters:replay", { ...asked(), dryRun: true });
  bars(
    byId("replay-outcomes"),
    report.outcomes.map((each) => ({
      name: each.reason ? `${each.from} → ${each.outcome} ${each.reason}` : `${each.from} → ${each.outcome}`,
      number: each.letters,
      bad: Boolean(each.reason),
    })),
    "None that can be replayed.",
  );
  const left = report.alreadyReplayed + report.replayedTooOften + report.notReplayable;
  const more = report.complete ? "" : " There are more than were looked at.";
  tell(`${count(report.letters)} would be replayed; ${count(left)} would stay as they are.${more}`);
  byId("replay-begin").hidden = report.letters === 0;
  byId("replay-begin").textContent = `Replay ${count(report.letters)}`;
}

async function begin() {
  byId("replay-begin").hidden = true;
  const begun = await post("/dead-letters:replay", asked());
  running = begun.id;
  byId("replay-cancel").hidden = false;
  byId("replay-ask").disabled = true;
  try {
    for (let replay = begun; ; replay = await get(`/dead-letters/replays/${running}`)) {
      const skipped = (replay.alreadyReplayed ?? 0) + (replay.replayedTooOften ?? 0) + (replay.notReplayable ?? 0);
      const rest = replay.state === "running" ? `${count(replay.left ?? 0)} to look at` : `${count(skipped)} left as they are`;
      tell(`${replay.state}: ${count(replay.replayed ?? 0)} replayed, ${rest}.`, replay.state === "failed");
      if (replay.state !== "running") {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  } finally {
    running = undefined;
    byId("replay-cancel").hidden = true;
    byId("replay-ask").disabled = false;
  }
}

function tell(text, bad = false) {
  byId("replay-status").className = bad ? "error" : "hint";
  byId("replay-status").textContent = text;
}

const trying = (work) => work().catch((problem) => tell(problem.message, true));

export function bindReplay() {
  byId("replay-open").addEventListener("click", () => openReplay());
  byId("replay-form").addEventListener("submit", (event) => {
    event.preventDefault();
    trying(dryRun);
  });
  byId("replay-form").addEventListener("change", () => (byId("replay-begin").hidden = true));
  byId("replay-begin").addEventListener("click", () => trying(begin));
  byId("replay-cancel").addEventListener("click", () => trying(() => post(`/dead-letters/replays/${running}:cancel`)));
  byId("replay-close").addEventListener("click", () => byId("replay").close());
}
