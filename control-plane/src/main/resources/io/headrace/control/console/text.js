// Small things for showing numbers, times and lists. Text always goes in as text, never as markup.
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });

export const count = (number) => whole.format(number);
export const measure = (value) => (typeof value === "number" ? short.format(value) : String(value));
export const byId = (id) => document.getElementById(id);

/** UTC, to the second. */
export function time(iso) {
  return new Date(iso).toISOString().replace("T", " ").slice(0, 19);
}

/** A time that lasts, in its largest fitting unit. */
export function span(ms) {
  const [size, unit] = [[864e5, "d"], [36e5, "h"], [6e4, "min"]].find(([each]) => ms >= 2 * each) ?? [1e3, "s"];
  const number = ms / size;
  return `${number < 10 ? number.toFixed(1) : Math.round(number)} ${unit}`;
}

export function setText(id, text) {
  const element = byId(id);
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** An element with children; strings become text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") {
      element.addEventListener("click", value);
    } else if (value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children);
  return element;
}

/** Rows of name, bar and number; the longest bar is the largest number. */
export function bars(list, rows, emptyText) {
  const most = Math.max(1, ...rows.map((row) => row.number));
  const items = rows.map((row) => {
    const item = make("li", { class: row.bad ? "bad" : "" });
    item.append(
      make("span", { class: "name", title: row.name }, row.name),
      bar(row.number / most),
      make("span", { class: "number" }, count(row.number)),
    );
    return item;
  });
  list.replaceChildren(...(items.length ? items : [make("li", { class: "none" }, emptyText)]));
}

function bar(share) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 100 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const rect = document.createElementNS(space, "rect");
  rect.setAttribute("width", String(share > 0 ? Math.max(share * 100, 0.6) : 0));
  rect.setAttribute("height", "1");
  svg.append(rect);
  return make("span", { class: "track" }, svg);
}
