// How the stream processors do: a row for each instance.
import { get } from "/console/api.js";
import { byId, count, make, setText, time } from "/console/text.js";

const MIB = 1024 * 1024;
const sum = (items, value) => items.reduce((total, item) => total + (value(item) ?? 0), 0);

/** An instance that is away is a row too; where none answers, the line below says why. */
export async function showProcessors() {
  try {
    const { instances } = await get("/system/topology");
    byId("processors").replaceChildren(...instances.map(row));
    setText("processors-hint", "");
  } catch (problem) {
    byId("processors").replaceChildren();
    setText("processors-hint", problem.message);
  }
}

/** Rules that can't be judged for some readings; nothing where all can, or nobody says. */
export async function showFailures() {
  const { failures } = await get("/rules:failures").catch(() => ({ failures: [] }));
  byId("failures-part").hidden = failures.length === 0;
  byId("failures").replaceChildren(
    ...failures.map(({ rule, count: number, device, why, at }) =>
      make(
        "tr",
        {},
        make("td", { class: "name" }, rule),
        make("td", { class: "number" }, count(number)),
        make("td", {}, time(at)),
        make("td", { class: "name" }, device),
        make("td", { class: "detail" }, why),
      ),
    ),
  );
}

function row({ instance, state, tasks = [], stores = [] }) {
  const active = tasks.filter((task) => task.role === "active");
  const behind = stores.filter((store) => store.role === "active");
  const cells = [
    count(active.length),
    count(tasks.length - active.length),
    count(sum(active, (task) => sum(task.inputs, (input) => input.lag))),
    count(sum(behind, (store) => store.lag)),
    count(sum(stores, (store) => store.entries)),
    (sum(stores, (store) => store.bytes) / MIB).toFixed(1),
  ];
  return make(
    "tr",
    {},
    make("td", {}, instance),
    make("td", {}, state.toLowerCase()),
    ...cells.map((cell) => make("td", { class: "number" }, cell)),
  );
}
