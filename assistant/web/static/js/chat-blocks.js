// One part of an answer as it is shown. Whatever it says goes in as text.
import { h, icon } from "./dom.js";
import { bare, headingOf, matterOf, named } from "./chat-answer.js";
import { numbersIn, phoneLinks, withPhones } from "./risks.js";
import { sourceChip } from "./sheet.js";

const paragraphs = (text, attributes) =>
  (text || "")
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => h("p", attributes || null, withPhones(line)));
const list = (tag, items, extra = "") =>
  (items || []).length > 0 && h(tag, { class: `${tag === "ol" ? "steps" : "points"} ${extra}` }, items.map((item) => h("li", null, withPhones(bare(item)))));

export function citationChip(citation, on) {
  return sourceChip(citation.address, on, {
    state: citation.verified ? "" : "bad",
    label: citation.verified ? citation.address : `${citation.address}（未核实）`,
    title: citation.note || `${citation.address}　看原文`,
  });
}

const sources = (block, on) =>
  (block.citations || []).length > 0 && h("p", { class: "sources" }, block.citations.map((c) => citationChip(c, on)));

/** A provision: its address as the chip, and the words of the statute. */
function quoted(citation, on, matter = "") {
  return h(
    "div",
    { class: "quoted" },
    h("p", null, citationChip(citation, on), matter && h("span", { class: "meta matter" }, matter)),
    citation.quote && h("blockquote", { class: "statute" }, paragraphs(citation.quote)),
    citation.note && h("p", { class: "note warn" }, `请注意：${citation.note}`),
  );
}

/** Where a part comes from: the page of the case, the Q&A or the village's rules. */
function home(block, village) {
  const id = encodeURIComponent(block.source || "");
  if (!id) return "";
  if (block.kind === "qa") return `/qa/${id}`;
  if (block.kind === "case") return `/case/${id}`;
  if (!/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(block.source)) return `/village/${id}`;
  return village ? `/village/${encodeURIComponent(village)}#r-${id}` : "/villages";
}

const PARTS = {
  // a line that is only a number and whose it is becomes the button below
  risk: (b, { on }) => [paragraphs(b.text), list("ul", (b.items || []).filter((item) => !/^\D{0,2}\d{3,5}\D{0,12}$/.test(item))), calls(b), sources(b, on)],
  lead: (b, { on }) => [paragraphs(b.text, { class: "lead" }), list("ul", b.items), sources(b, on)],
  law: (b, { on }) => [
    // a text that only repeats the quotation below it is left out
    (b.citations || []).some((c) => b.text && (c.quote.includes(b.text) || b.text.includes(c.quote))) ? null : paragraphs(b.text),
    (b.citations || []).map((c) => quoted(c, on, matterOf(b, c.address))),
    list("ul", b.items),
  ],
  // near, but not what the answer stands on: opened by whoever wants it
  more: (b, { on }) => (b.citations || []).map((c) => h("details", { class: "more" }, h("summary", null, c.address, h("span", { class: "meta matter" }, matterOf(b, c.address))), quoted(c, on))),
  steps: (b, { on }) => [paragraphs(b.text), list("ol", b.items), sources(b, on)],
  papers: (b, { on }) => [paragraphs(b.text), list("ul", b.items, "papers"), sources(b, on)],
  // the heading has said that it can't be answered
  refusal: (b, { on }) => [paragraphs((b.text || "").replace(/^这个问题我不能答。(?=.)/, "")), list("ul", b.items), calls(b, ["12348"]), sources(b, on)],
  where: (b, { on }) => [paragraphs(b.text), list("ul", b.items), sources(b, on)],
  closing: (b) => paragraphs(b.text, { class: "meta" }),
};
const plain = (b, { on }) => [paragraphs(b.text), list("ul", b.items), sources(b, on)];
function linked(block, { on, village }) {
  const to = home(block, village);
  const title = named(block) && block.title ? block.title : "看全文";
  return [h("p", { class: "from" }, to ? h("a", { href: to }, title) : title), ...plain(block, { on })];
}

/** The numbers that a part names, and `always`, as buttons. */
function calls(block, always = []) {
  const numbers = numbersIn([block.text, ...(block.items || []), ...always].join(" "));
  return numbers.length ? phoneLinks(numbers) : null;
}

/** Build a part. `before` is the part shown above it; `at` has the day asked about and the village chosen. */
export function blockNode(block, before, at) {
  const heading = headingOf(block, before);
  const body = PARTS[block.kind] || (["qa", "case", "village"].includes(block.kind) ? linked : plain);
  const risk = block.kind === "risk";
  return h(
    "section",
    { class: `part part-${block.kind}${risk ? " risk" : ""}${block.generated ? " generated" : ""}`, role: risk ? "alert" : null },
    heading && h("h3", null, risk && icon("warn"), risk && " ", heading),
    body(block, at),
  );
}
