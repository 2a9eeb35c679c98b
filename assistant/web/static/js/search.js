// Search: the address bar holds the state, so that a result list can be sent, reloaded and gone back to.
import { $, $$, chip, dateText, empty, failure, fill, h, highlighted, loading, span } from "./dom.js";
import { get, post, query } from "./api.js";

const LIMIT = 20;
const KINDS = { provision: "法条", rule: "村规民约", case: "调解案例", qa: "普法问答" };
const FIELDS = ["q", "kind", "on", "law", "village", "dispute_type"];
const form = $("#search");
const results = $("#results");
const today = results.dataset.today;
const opening = Array.from(results.childNodes);
let running = null;

function state() {
  const data = new FormData(form);
  const out = {};
  FIELDS.forEach((name) => {
    out[name] = String(data.get(name) || "").trim();
  });
  return out;
}

function restore() {
  const search = new URLSearchParams(location.search);
  FIELDS.forEach((name) => {
    const value = search.get(name) || "";
    if (name === "kind") {
      const radio = $$("input[name=kind]").find((r) => r.value === value) || $("input[name=kind]");
      radio.checked = true;
    } else form.elements[name].value = value;
  });
}

function summary(now) {
  const parts = [];
  if (now.on) parts.push(dateText(now.on));
  if (now.law) parts.push(`《${now.law}》`);
  if (now.village) parts.push(form.elements.village.selectedOptions[0].textContent.split("（")[0]);
  if (now.dispute_type) parts.push(now.dispute_type);
  $("#facet-summary").textContent = parts.join("，");
}

function reading(hit, on) {
  const rest = (hit.address || "").slice((hit.law || "").length);
  const found = /^(第.+?条(?:之[零一二三四五六七八九十]+)?)/.exec(rest);
  const day = hit.in_force ? on : hit.effective_from;
  // The service knows where the 款 and 项 of an address stand; the page only passes it on.
  return found ? `/cite${query({ text: hit.address, on: day })}` : `/law/${encodeURIComponent(hit.law)}${query({ on: day })}`;
}

function href(hit, on) {
  if (hit.kind === "provision") return reading(hit, on);
  if (hit.kind === "rule") return `/village/${encodeURIComponent(hit.village)}#r-${hit.id}`;
  return `/${hit.kind}/${encodeURIComponent(hit.id)}`;
}

function why(hit) {
  const matched = hit.matched || {};
  const pieces = [];
  if (matched.reason) pieces.push(matched.reason);
  else {
    if (matched.part) pieces.push(`命中${matched.part}`);
    if (matched.terms && matched.terms.length) pieces.push(`含“${matched.terms.slice(0, 6).join("”“")}”`);
    if (matched.dense_rank) pieces.push("意思相近");
  }
  return pieces.length ? h("p", { class: "why" }, h("b", null, "为什么列出"), "　", pieces.join("，")) : null;
}

function card(hit, now, direct) {
  const terms = (hit.matched || {}).terms;
  const title = hit.address || hit.title;
  const dates = hit.kind === "provision" ? span(hit.effective_from, hit.effective_until) : "";
  return h(
    "li",
    { class: direct ? "hit direct" : "hit", "data-id": hit.id },
    h(
      "p",
      { class: "top" },
      h("span", null, direct ? "直达条文" : KINDS[hit.kind]),
      hit.kind === "provision" && chip(hit.status, hit.status_label),
      hit.dispute_type && hit.kind === "case" && h("span", null, hit.dispute_type),
      h("span", null, dates),
    ),
    h("h2", null, h("a", { href: href(hit, now.on) }, title)),
    (hit.kind === "rule" || hit.kind === "case") && hit.title && hit.title !== title && h("p", { class: "top" }, hit.title),
    h("p", { class: hit.kind === "provision" ? "text statute" : "text" }, highlighted(hit.text, terms)),
    hit.note && h("p", { class: hit.status === "in_force" ? "note" : "note warn" }, hit.note),
    why(hit),
  );
}

function counts(facets) {
  $$("[data-count]").forEach((node) => {
    const n = (facets || {})[node.dataset.count];
    node.textContent = n ? String(n) : "";
  });
}

function head(answer) {
  const day = answer.on === today ? `按今天（${dateText(answer.on)}）的法` : `按${dateText(answer.on)}的法`;
  const took = answer.took_ms && answer.took_ms.total ? `，用时 ${Math.max(1, Math.round(answer.took_ms.total))} 毫秒` : "";
  return h(
    "div",
    { class: "results-head" },
    h("span", null, `找到 ${answer.total} 条，${day}${took}`),
    answer.mode === "lexical" && h("span", null, "语义索引还在建立，现在只按词面找"),
  );
}

function isDirect(hit, answer) {
  const cited = (answer.analysis && answer.analysis.citations) || [];
  const article = (address) => address.replace(/(条(?:之[一二三四五六七八九十]+)?).*$/, "$1");
  return hit.kind === "provision" && cited.some((c) => article(c) === article(hit.address));
}

async function search(offset = 0, list = null) {
  const now = state();
  summary(now);
  if (running) running.abort();
  if (!now.q) {
    results.textContent = "";
    opening.forEach((node) => results.append(node));
    counts({});
    document.title = "检索 · 枫桥";
    return;
  }
  document.title = `${now.q} · 检索 · 枫桥`;
  running = new AbortController();
  results.setAttribute("aria-busy", "true");
  if (!list) fill(results, loading("正在检索"));
  const request = {
    query: now.q,
    kinds: now.kind ? [now.kind] : null,
    on: now.on,
    law: now.law,
    village: now.village,
    dispute_type: now.dispute_type,
    limit: LIMIT,
    offset,
  };
  try {
    const answer = await post("/search", request, { signal: running.signal });
    if (!now.kind) counts(answer.facets);
    show(answer, now, offset, list);
  } catch (error) {
    if (error.name === "AbortError") return;
    if (list) results.append(failure(error, () => search(offset, list)));
    else fill(results, failure(error, () => search()));
  }
  results.setAttribute("aria-busy", "false");
}

function show(answer, now, offset, list) {
  const messages = (answer.analysis && answer.analysis.messages) || [];
  if (!answer.hits.length && !list) {
    fill(
      results,
      messages.map((m) => h("p", { class: "note warn" }, m)),
      empty("没有找到", "换个说法，少写几个字，或放宽筛选。写法条时带上法名，如：民法典第二百八十八条。"),
    );
    return;
  }
  const target = list || h("ol", { class: "hits" });
  answer.hits.forEach((hit, at) => target.append(card(hit, now, offset + at === 0 && isDirect(hit, answer))));
  if (!list) fill(results, messages.map((m) => h("p", { class: "note" }, m)), head(answer), target);
  const next = offset + answer.hits.length;
  if (answer.hits.length === LIMIT && next < answer.total) {
    const more = h("button", { type: "button", class: "button more" }, "再看一些");
    more.addEventListener("click", () => {
      more.remove();
      search(next, target);
    });
    results.append(more);
  }
}

function go(push = true) {
  const now = state();
  const next = `/search${query(now)}`;
  if (push && next !== location.pathname + location.search) history.pushState(null, "", next);
  search();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  go();
});
form.addEventListener("change", (event) => {
  if (event.target.name !== "q") go();
});
form.addEventListener("reset", () => {
  const { q, kind } = state();
  setTimeout(() => {
    form.elements.q.value = q;
    $$("input[name=kind]").forEach((r) => {
      r.checked = r.value === kind;
    });
    go();
  });
});
window.addEventListener("popstate", () => {
  restore();
  go(false);
});

// law names, as they are typed
let typing = 0;
form.elements.law.addEventListener("input", (event) => {
  clearTimeout(typing);
  const text = event.target.value.trim();
  if (!text) return;
  typing = setTimeout(async () => {
    try {
      const found = await get(`/laws${query({ q: text, limit: 30 })}`);
      const names = Array.from(new Set(found.items.map((law) => law.law)));
      fill($("#laws"), names.map((name) => h("option", { value: name })));
    } catch (error) {
      /* only a convenience */
    }
  }, 200);
});

// j/k and the arrows walk through the results
document.addEventListener("keydown", (event) => {
  const inField = /^(TEXTAREA|SELECT)$/.test(event.target.tagName) || (event.target.tagName === "INPUT" && event.target.name !== "q");
  const inBox = event.target.name === "q";
  if (inField || event.ctrlKey || event.metaKey || event.altKey || $(".sheet")) return;
  const down = event.key === "ArrowDown" || (event.key === "j" && !inBox);
  const up = event.key === "ArrowUp" || (event.key === "k" && !inBox);
  if (!down && !up) return;
  const links = $$(".hit h2 a");
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  if (inBox && up) return;
  event.preventDefault();
  if (up && at === 0) form.elements.q.focus();
  else links[Math.max(0, Math.min(links.length - 1, at + (down ? 1 : -1)))].focus();
});

if (window.matchMedia("(min-width: 52rem)").matches) $("#facets").open = true;
restore();
go(false);
