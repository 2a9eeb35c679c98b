// The chat: an answer is its sentences, each with the source it came from.
import { $, $$, button, copy, failure, fill, h, icon, loading } from "./dom.js";
import { post } from "./api.js";
import { phoneLinks, riskBanner, withPhones } from "./risks.js";
import { sourceChip } from "./sheet.js";
import { canSpeak, toggleSpeech } from "./speech.js";

const turns = $("#turns");
const form = $("#ask");
const box = $("#question");
const fresh = $("#fresh");
const opening = $("#opening");
let conversation = "";

const plain = (text) => text.replace(/[\s　“”"「」]/g, "");

/** Attach each citation to the line of the answer that quotes or names it; the rest come back as left over. */
function placed(answer) {
  const lines = answer.answer
    .split(/\n+/)
    .map((text) => text.trim())
    .filter(Boolean)
    .map((text) => ({ text, sources: [] }));
  const rest = [];
  (answer.citations || []).forEach((citation) => {
    const quote = plain(citation.quote || "");
    const named = lines.find((line) => plain(line.text).replace(/[《》]/g, "").includes(citation.address));
    const quoted = quote && lines.find((line) => plain(line.text).includes(quote.slice(0, 24)));
    const line = quoted || named;
    if (line) line.sources.push(citation);
    else rest.push(citation);
  });
  return { lines, rest };
}

function chipFor(citation, on, label = citation.address) {
  return sourceChip(citation.address, on, {
    state: citation.verified ? "" : "bad",
    label: citation.verified ? label : `${label}（未核实）`,
    title: citation.note || `${citation.address}　看原文`,
  });
}

/** A line that quotes a provision: its address as the chip, what it is about, then the quotation. */
function quotation(line, on) {
  const [citation, ...more] = line.sources;
  const text = line.text.replace(/^[●·\-]\s*/, "");
  const at = text.indexOf(citation.address);
  const rest = at < 0 ? text : text.slice(at + citation.address.length);
  const parts = /^(?:[》]?)(?:（(.*?)）)?[：:]?\s*([「“].*)$/.exec(rest);
  return h(
    "div",
    { class: "quoted" },
    h("p", null, at > 0 && text.slice(0, at), chipFor(citation, on), more.map((c) => chipFor(c, on)), " ", parts ? parts[1] : rest),
    parts && h("blockquote", { class: "statute" }, parts[2].replace(/^「|」$/g, "")),
  );
}

/** Text in which the title of a similar case is a link to it. */
function withCases(text, items) {
  for (const item of items || []) {
    const title = item.title.replace(/（[^）]*样例[^）]*）$/, "");
    const at = item.kind === "case" ? text.indexOf(title) : -1;
    if (at >= 0)
      return [withPhones(text.slice(0, at)), h("a", { href: `/case/${encodeURIComponent(item.id)}` }, title), withPhones(text.slice(at + title.length))];
  }
  return withPhones(text);
}

function lineNode(line, at, answer) {
  if (line.sources.length) return quotation(line, answer.on);
  // the opening sentence says no more than the provisions quoted below it
  const basis = at === 0 ? answer.citations || [] : [];
  const step = /^(\d+[.、])\s*(.*)$/.exec(line.text);
  if (step) return h("p", { class: "step" }, h("span", { class: "num" }, step[1]), h("span", null, withPhones(step[2])));
  const heading = line.text.length <= 14 && /[：:]$/.test(line.text);
  if (heading) return h("h3", null, line.text.replace(/[：:]$/, ""));
  return h(
    "p",
    { class: at === 0 ? "lead" : "" },
    withCases(line.text, answer.similar),
    basis.length > 0 && h("span", { class: "refs" }, basis.map((c, n) => chipFor(c, answer.on, String(n + 1)))),
  );
}

function copyText(question, answer) {
  const sources = (answer.citations || []).map((c) => `${c.address}：${c.quote}`);
  return [`问：${question}`, `答：${answer.answer}`, sources.length ? `出处（按${answer.on}有效的法）：` : "", ...sources]
    .filter(Boolean)
    .join("\n");
}

function refusal(answer) {
  const where = answer.where && answer.where.length ? answer.where : [];
  return h(
    "div",
    { class: "refusal" },
    h("h3", null, "这个问题我答不了"),
    h("p", null, answer.reason || answer.answer),
    !where.length && answer.reason && answer.answer !== answer.reason && h("p", null, withPhones(answer.answer)),
    where.map((w) => h("p", null, withPhones(w))),
    phoneLinks(["12348"]),
  );
}

function similar(items) {
  if (!items || !items.length) return null;
  const path = { case: "case", qa: "qa" };
  return h(
    "details",
    { class: "similar no-print" },
    h("summary", null, `相近的案例和问答（${items.length}）`),
    h("ul", { class: "plain-list" }, items.map((i) => h("li", null, h("a", { href: path[i.kind] ? `/${path[i.kind]}/${encodeURIComponent(i.id)}` : `/search?q=${encodeURIComponent(i.title)}` }, i.title)))),
  );
}

function answerNodes(question, answer) {
  const { lines, rest } = placed(answer);
  const speak = h("button", { type: "button", class: "button small" }, icon("speak"), h("span", null, "朗读"));
  speak.addEventListener("click", () =>
    toggleSpeech(answer.answer, (on) => {
      fill(speak, icon(on ? "stop" : "speak"), h("span", null, on ? "停下" : "朗读"));
    }),
  );
  return [
    riskBanner(answer.risks, answer.on),
    answer.understood_as && plain(answer.understood_as) !== plain(question) && h("p", { class: "meta" }, `按“${answer.understood_as}”回答`),
    answer.refused
      ? refusal(answer)
      : h(
          "div",
          { class: "answer" },
          lines.map((line, at) => lineNode(line, at, answer)),
          rest.length > 0 && h("p", { class: "sources" }, h("span", { class: "meta" }, "还参考了"), rest.map((c) => chipFor(c, answer.on))),
        ),
    !answer.refused &&
      (answer.where || []).some((w) => !answer.answer.includes(w)) &&
      h("div", { class: "where" }, h("h3", null, "可以找谁"), answer.where.map((w) => h("p", null, withPhones(w)))),
    similar(answer.similar),
    h(
      "p",
      { class: "row no-print answer-tools" },
      button("连出处复制", "copy", () => copy(copyText(question, answer))),
      canSpeak && speak,
      h("span", { class: "meta" }, "程序摘编"),
    ),
  ];
}

async function ask(question) {
  opening.hidden = true;
  fresh.hidden = false;
  const slot = h("div", { class: "said" }, loading("正在查"));
  turns.append(h("li", { class: "turn" }, h("p", { class: "question" }, question), slot));
  slot.scrollIntoView({ block: "nearest" });
  const send = $("[type=submit]", form);
  send.disabled = true;
  try {
    const answer = await post("/ask", {
      question,
      on: $("#on").value,
      village: $("#village").value,
      conversation_id: conversation,
    });
    conversation = answer.conversation_id || conversation;
    fill(slot, answerNodes(question, answer));
  } catch (error) {
    fill(slot, failure(error, () => {
      slot.parentNode.remove();
      ask(question);
    }));
  }
  send.disabled = false;
  slot.parentNode.scrollIntoView({ block: "start" });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = box.value.trim();
  if (!question || $("[type=submit]", form).disabled) return;
  box.value = "";
  grow();
  ask(question);
});
box.addEventListener("keydown", (event) => {
  // Enter sends; an input method's own Enter must not
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.dispatchEvent(new Event("submit", { cancelable: true }));
  }
});
function grow() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`;
}
box.addEventListener("input", grow);
$$("[data-ask]").forEach((node) => node.addEventListener("click", () => ask(node.dataset.ask)));
fresh.addEventListener("click", () => {
  conversation = "";
  $$(".turn", turns).forEach((node) => node.remove());
  opening.hidden = false;
  fresh.hidden = true;
  box.focus();
});
const given = new URLSearchParams(location.search).get("q");
if (given) ask(given);
