// The API, with the token of this tab. Nothing else of the page knows the token.
const KEY = "headrace.token";
let onRefused = () => {};

/** Takes a token out of the address, where it was never sent to anyone: /#token=… */
export function takeTokenFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
}

export const hasToken = () => Boolean(sessionStorage.getItem(KEY));
export const setToken = (token) => sessionStorage.setItem(KEY, token);
export const forgetToken = () => sessionStorage.removeItem(KEY);

/** Tells what to do when the token isn't taken. */
export function whenRefused(action) {
  onRefused = action;
}

/** An answer that isn't what was asked for. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function fetchWithToken(path, signal, body) {
  const headers = { Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ""}` };
  const options = { headers, signal, cache: "no-store" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    options.method = "POST";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  if (response.ok) {
    return response;
  }
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401) {
    onRefused();
  }
  throw new Refusal(response.status, problem.detail ?? `the control plane answered ${response.status}`);
}

/** JSON of a path under /api/v1. */
export async function get(path, signal) {
  return (await fetchWithToken(`/api/v1${path}`, signal)).json();
}

/** Asks a path under /api/v1 to do something; its answer. */
export async function post(path, body = {}) {
  return (await fetchWithToken(`/api/v1${path}`, undefined, body)).json();
}

/** As get, but undefined where there is nothing (404). */
export async function find(path, signal) {
  try {
    return await get(path, signal);
  } catch (refusal) {
    if (refusal.status === 404) {
      return undefined;
    }
    throw refusal;
  }
}

/** Server-sent events, read by hand: an EventSource can't send the token. Ends when the connection does. */
export async function listen(onEvent, signal) {
  const response = await fetchWithToken("/api/v1/stream", signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (pending + value).split("\n\n");
    pending = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block);
      const data = /^data: (.*)$/m.exec(block);
      if (name && data) {
        onEvent(name[1], JSON.parse(data[1]));
      }
    }
  }
}
