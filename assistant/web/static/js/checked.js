// What the grounding gate did with a text: how much was checked, what passed, what was put right, what had to go.
import { button, chip, h } from "./dom.js";
import { sourceChip } from "./sheet.js";

const sources = (addresses, on) => (addresses || []).map((address) => sourceChip(address, on));

const part = (name, title, lines) =>
  lines.length > 0 && h("details", { class: `checked-${name}` }, h("summary", null, title), h("ul", { class: name }, lines));

/**
 * The summary of a check, each count openable; null where there was nothing to check.
 * `checked` is as the service returns it; `citations` are addresses that passed and are shown elsewhere in full.
 */
export function checkedSummary(checked, citations, on) {
  const { repairs = [], removed = [], passed = [] } = checked || {};
  const told = new Set(passed.flatMap((one) => one.addresses));
  repairs.forEach((one) => (one.addresses || []).forEach((address) => told.add(address)));
  const others = citations.filter((address) => !told.has(address));
  const right = (checked && checked.verified) || citations.length;
  if (!right && !removed.length && !repairs.length) return null;
  const said = [
    `核对了 ${right} 处引用`,
    repairs.length > 0 && `改正了 ${repairs.length} 句`,
    removed.length > 0 && `去掉了 ${removed.length} 句没有依据的话`,
  ];
  const good = [
    ...passed.map((one) => h("li", null, one.text, " ", sources(one.addresses, on))),
    ...others.map((address) => h("li", null, sources([address], on))),
  ];
  return h(
    "details",
    { class: "checked" },
    h("summary", null, said.filter(Boolean).join("，")),
    part("passed", `核对无误 ${good.length} 处`, good),
    part(
      "repaired",
      `改正 ${repairs.length} 句`,
      repairs.map((one) => h("li", null, h("del", null, one.was), h("ins", null, one.text), h("span", { class: "meta" }, one.reason), " ", sources(one.addresses, on))),
    ),
    removed.length > 0 &&
      h("div", null, h("p", null, `去掉 ${removed.length} 句`), h("ul", { class: "removed" }, removed.map((one) => h("li", null, h("del", null, one.text), h("span", { class: "meta" }, one.reason))))),
    checked && checked.not_tried > 0 && h("p", { class: "meta" }, `句子多，还有 ${checked.not_tried} 句没有试着改。`),
  );
}

const STANDS = ["supported", "not_legal"];
const DOUBT = "undecided";

/**
 * Claims of a text that a person writes: what fails stands open, with its reason and the suggested repair.
 * `take(was, now)` puts a suggestion into the text; without it suggestions are only shown.
 */
export function claimsNode(claims, on, take) {
  const legal = claims.filter((claim) => claim.verdict !== "not_legal");
  if (!legal.length) return null;
  const failed = legal.filter((claim) => !STANDS.includes(claim.verdict) && claim.verdict !== DOUBT);
  const doubtful = legal.filter((claim) => claim.verdict === DOUBT);
  const good = legal.filter((claim) => claim.verdict === "supported");
  const entry = (claim) =>
    h(
      "li",
      null,
      h("p", null, chip(claim.verdict === DOUBT ? "doubtful" : claim.verdict === "supported" ? "verified" : "failed", claim.verdict_label), " ", claim.text),
      (claim.problems || []).map((problem) => h("p", { class: "meta" }, problem)),
      claim.repair &&
        h(
          "div",
          { class: "suggested" },
          h("p", null, h("b", null, `${claim.repair.kind_label}：`), h("ins", null, claim.repair.text)),
          h("p", { class: "row" }, sources(claim.repair.addresses, on), take && button("照这样改", "check", () => take(claim.text, claim.repair.text))),
        ),
      claim.verdict === "supported" && h("p", null, sources(Array.from(new Set((claim.citations || []).map((c) => c.address))), on)),
    );
  return h(
    "div",
    { class: "claims" },
    h("p", { class: failed.length ? "note bad" : "note" }, `核查了 ${legal.length} 句：有依据 ${good.length} 句，没通过 ${failed.length} 句，要人看 ${doubtful.length} 句。`),
    failed.length > 0 && h("ul", { class: "failed" }, failed.map(entry)),
    part("doubtful", `要人看的 ${doubtful.length} 句`, doubtful.map(entry)),
    part("passed", `有依据的 ${good.length} 句`, good.map(entry)),
  );
}
