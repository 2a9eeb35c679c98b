// Small helpers for building pages. Text always goes in as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";
const ICONS = document.documentElement.dataset.icons || "/static/icons/icons.svg";

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => Array.from(root.querySelectorAll(selector));

/** Build an element: h("p", {class: "note", onclick: f}, "text", child, …). Empty children are left out. */
export function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (value === null || value === undefined || value === false) return;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  });
  append(node, children);
  return node;
}

export function append(node, children) {
  children.forEach((child) => {
    if (child === null || child === undefined || child === false || child === "") return;
    if (Array.isArray(child)) append(node, child);
    else node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  });
  return node;
}

export function fill(node, ...children) {
  node.textContent = "";
  return append(node, children);
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${ICONS}#${name}`);
  svg.append(use);
  return svg;
}

export function button(label, iconName, onclick, extra = {}) {
  return h("button", { type: "button", class: "button small", onclick, ...extra }, iconName && icon(iconName), label);
}

/** Text with the given words marked; longest words first so that they are not cut up. */
export function highlighted(text, terms) {
  const words = Array.from(new Set((terms || []).filter((t) => t && t.trim().length > 0)));
  if (!words.length) return [text];
  words.sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(${words.map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "gi");
  return text.split(pattern).map((piece, at) => (at % 2 ? h("mark", null, piece) : piece));
}

export function chip(status, label) {
  return label ? h("span", { class: `chip ${status || ""}` }, label) : null;
}

/** 2026-11-22 → 2026年11月22日 */
export function dateText(iso) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso || "");
  return parts ? `${Number(parts[1])}年${Number(parts[2])}月${Number(parts[3])}日` : "";
}

export function span(from, until) {
  if (!from) return "";
  if (until && until < "9999") return `${dateText(from)}至${dateText(until)}`;
  return `${dateText(from)}起施行`;
}

let toastTimer = 0;
/** Say something briefly, to screen readers too. */
export function say(message) {
  const live = $("#live");
  live.textContent = message;
  let toast = $(".toast");
  if (!toast) {
    toast = h("div", { class: "toast", "aria-hidden": "true" });
    document.body.append(toast);
  }
  toast.textContent = message;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    toast.hidden = true;
  }, 2600);
}

export async function copy(text, done = "已复制") {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    // no clipboard permission, or plain http on an intranet
    const area = h("textarea", { class: "visually-hidden", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(done);
}

export function download(name, data, type) {
  const blob = data instanceof Blob ? data : new Blob([data], { type: type || "text/plain;charset=utf-8" });
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** The three states every region can be in besides its content. */
export const loading = (message) => h("p", { class: "loading", role: "status" }, message);
export const empty = (title, text) => h("div", { class: "empty" }, h("h2", null, title), text && h("p", null, text));
export function failure(error, retry) {
  return h(
    "div",
    { class: "note bad", role: "alert" },
    h("p", null, h("b", null, error.message)),
    error.hint && h("p", null, error.hint),
    retry && h("button", { type: "button", class: "link", onclick: retry }, "再试一次"),
  );
}
