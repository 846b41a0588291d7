// The newest dead letters, and one of them in full.
import { get } from "/console/api.js";
import { openReplay } from "/console/replay.js";
import { byId, count, make, time } from "/console/text.js";

let shown;

export async function listLetters() {
  const { deadLetters } = await get("/dead-letters?limit=12");
  byId("letters").replaceChildren(...deadLetters.map(row));
  byId("letters-empty").hidden = deadLetters.length > 0;
}

function row(letter) {
  return make(
    "tr",
    {},
    make("td", {}, time(letter.at)),
    make("td", {}, letter.device ?? "–"),
    make("td", {}, letter.reason),
    make("td", { class: "detail" }, letter.detail ?? ""),
    make("td", { class: "number" }, count(letter.bytes)),
    make("td", {}, make("button", { type: "button", class: "quiet", onclick: () => show(letter) }, "Show")),
  );
}

async function show(letter) {
  shown = letter;
  const path = `/dead-letters/${letter.topic}/${letter.partition}/${letter.offset}`;
  const whole = await get(path).catch((problem) => ({ ...letter, text: problem.message, headers: {} }));
  facts(byId("letter-facts"), {
    Reason: whole.reason,
    Detail: whole.detail ?? "–",
    Device: whole.device ?? "–",
    Received: time(whole.at),
    Message: whole.origin ?? "–",
    "Kept at": `${whole.topic} ${whole.partition}:${whole.offset}`,
  });
  facts(byId("letter-headers"), whole.headers ?? {});
  byId("letter-payload").textContent = whole.text ?? (whole.base64 ? `base64: ${whole.base64}` : "(empty)");
  byId("letter").showModal();
}

function facts(list, entries) {
  list.replaceChildren(
    ...Object.entries(entries).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
  );
}

byId("letter-close").addEventListener("click", () => byId("letter").close());
byId("letter-replay").addEventListener("click", () => {
  byId("letter").close();
  openReplay(shown);
});
