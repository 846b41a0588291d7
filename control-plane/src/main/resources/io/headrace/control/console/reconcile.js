// The button that proves it.
import { get } from "/console/api.js";
import { byId, count, make } from "/console/text.js";

export function bindReconcile() {
  byId("reconcile").addEventListener("click", run);
}

async function run() {
  const button = byId("reconcile");
  const result = byId("reconcile-result");
  button.disabled = true;
  result.className = "hint";
  result.textContent = "Adding up …";
  try {
    show(await get("/reconcile"), result);
  } catch (problem) {
    result.className = "error";
    result.textContent = problem.message;
  } finally {
    button.disabled = false;
  }
}

function show(report, result) {
  const seconds = (report.elapsedMillis / 1e3).toFixed(1);
  const sum = `${count(report.accepted)} messages, ${count(report.values)} values in ${seconds} s`;
  result.className = report.balanced ? "hint" : "error";
  result.textContent = report.balanced
    ? `Balanced: ${sum}; ${count(report.open)} in open windows, ${count(report.late)} late.`
    : `Not balanced: ${count(report.unaccounted)} messages unaccounted, ${count(report.unwindowed)} values in no window, ${count(report.problemsTotal)} problems. ${sum}.`;
  const problems = byId("problems");
  problems.hidden = report.problems.length === 0;
  problems.replaceChildren(
    ...report.problems.slice(0, 20).map((each) => make("li", {}, `${each.kind} ${each.partition}:${each.offset} – ${each.detail}`)),
  );
}
