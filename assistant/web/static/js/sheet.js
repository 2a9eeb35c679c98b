// The side sheet that shows a provision without leaving the page.
import { $, $$, button, chip, copy, failure, fill, h, icon, loading, span } from "./dom.js";
import { citePage, get, query } from "./api.js";

let opener = null;

export function closeSheet() {
  const sheet = $(".sheet");
  if (!sheet) return;
  sheet.remove();
  $$(".sheet-shade").forEach((node) => node.remove());
  if (opener && document.contains(opener)) opener.focus();
  opener = null;
}

/** Open a sheet titled `title`; returns its body to fill. Esc, the shade and the cross close it. */
export function openSheet(title) {
  const before = opener || document.activeElement;
  closeSheet();
  opener = before;
  const body = h("div", { class: "sheet-body" });
  const close = h("button", { type: "button", class: "tool", "aria-label": "关闭", onclick: closeSheet }, icon("close"));
  const sheet = h(
    "aside",
    { class: "sheet", role: "dialog", "aria-modal": "true", "aria-labelledby": "sheet-title", tabindex: "-1" },
    h("header", null, h("h2", { id: "sheet-title" }, title), close),
    body,
  );
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      closeSheet();
    }
    if (event.key === "Tab") keepInside(event, sheet);
  });
  document.body.append(h("div", { class: "sheet-shade", onclick: closeSheet }), sheet);
  close.focus();
  return body;
}

function keepInside(event, sheet) {
  const stops = $$("a[href], button:not(:disabled), input, select, textarea, summary", sheet);
  const first = stops[0];
  const last = stops[stops.length - 1];
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}

function articleNodes(found) {
  const provision = found.provision;
  if (!provision) return [h("p", { class: "statute" }, found.text)];
  return [
    h("h3", null, provision.article),
    ...provision.paragraphs.map((paragraph) => {
      const whole = found.paragraph === paragraph.number && !found.item;
      const lead = paragraph.text.split("\n");
      return lead.map((line, at) => {
        const item = at ? paragraph.items[at - 1] : null;
        const cited = whole || (found.paragraph === paragraph.number && item && item.number === found.item);
        return h("p", { class: item ? "statute item" : "statute para" }, cited ? h("mark", null, line) : line);
      });
    }),
  ];
}

/** Show a provision, as it stands on a day, in the sheet. */
export async function showProvision(address, on = "") {
  const body = openSheet(address);
  fill(body, loading("正在取条文"));
  let found;
  try {
    found = await get(`/provisions/${encodeURIComponent(address)}${query({ on })}`);
  } catch (error) {
    fill(body, failure(error, () => showProvision(address, on)));
    return;
  }
  const cited = `《${found.law}》${(found.address || address).slice((found.law || "").length)}`;
  fill(
    body,
    h(
      "p",
      { class: "row" },
      chip(found.state, found.state_label),
      h("span", { class: "meta" }, span(found.effective_from, found.effective_until)),
    ),
    found.message && h("p", { class: found.in_force ? "note" : "note warn" }, found.message),
    found.law && found.text && h("div", { class: "article" }, articleNodes(found)),
    h(
      "p",
      { class: "row" },
      found.text && button("复制引用与原文", "copy", () => copy(`${cited}：${found.text}`)),
      found.law && h("a", { class: "button small", href: citePage(found.address || address, on) }, "打开全文"),
    ),
    (found.suggestions || []).length > 0 &&
      h("section", null, h("h3", null, "也许是"), h("p", null, found.suggestions.join("、"))),
    neighbours(found, on),
    versions(found),
  );
}

function neighbours(found, on) {
  const near = found.neighbours || [];
  if (!near.length) return null;
  return h(
    "section",
    null,
    h("h3", null, "前后条文"),
    near.map((p) =>
      h(
        "details",
        { class: "near" },
        h("summary", null, p.article || p.address),
        h("p", { class: "statute" }, p.text),
        h("a", { href: citePage(p.address || `${found.law}${p.article}`, on) }, "在全文中看"),
      ),
    ),
  );
}

function versions(found) {
  const all = found.versions || [];
  if (all.length < 2) return null;
  return h(
    "section",
    null,
    h("h3", null, "各版本"),
    h(
      "ul",
      { class: "plain-list" },
      all.map((v) =>
        h(
          "li",
          null,
          h("a", { href: citePage(found.address, v.effective_from) }, span(v.effective_from, v.effective_until)),
          " ",
          chip(v.status, v.status_label),
        ),
      ),
    ),
  );
}

/** A source chip: opens the sheet here, or the reader in a new tab with the usual modifier keys. */
export function sourceChip(address, on, extra = {}) {
  return h(
    "a",
    {
      class: `source ${extra.state || ""}`,
      href: citePage(address, on),
      onclick: (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        showProvision(address, on);
      },
      title: extra.title || "看原文",
    },
    extra.label || address,
  );
}
