// Lays the advice out like a document: 一、二、三、 with what decides first.
import { chip, h, span } from "./dom.js";
import { riskBanner } from "./risks.js";
import { sourceChip } from "./sheet.js";

const ORDINALS = "一二三四五六七八九十";
const money = (yuan) => (yuan === null || yuan === undefined ? "" : `${yuan.toLocaleString("zh-CN")} 元`);
const percent = (share) => `${Math.round(share * 100)}%`;

function section(number, title, extra, ...children) {
  return h(
    "section",
    { class: "part" },
    h("h2", null, `${ORDINALS[number]}、${title}`, extra && h("small", null, extra)),
    children,
  );
}

function kind(guess) {
  const others = (guess.alternatives || []).filter((a) => a.label !== guess.label && a.score >= 0.1);
  return [
    h("p", { class: "kind" }, h("b", null, guess.label), (guess.causes || []).length > 0 && `　${guess.causes.join("、")}`),
    h(
      "p",
      { class: "meta" },
      (guess.words || []).length > 0 && h("span", null, `依据文中“${guess.words.slice(0, 6).join("”“")}”`),
      others.length > 0 && h("span", null, `也可能是${others.map((o) => o.label).join("、")}`),
    ),
  ];
}

function provision(p, on) {
  return h(
    "li",
    { class: "provision" },
    h("h3", null, sourceChip(p.address, on), " ", chip(p.in_force ? "in_force" : "superseded", p.state_label)),
    h("p", { class: "why" }, p.why),
    h("blockquote", { class: "statute" }, p.text),
    h("p", { class: "meta" }, span(p.effective_from, p.effective_until)),
    p.note && h("p", { class: "note warn" }, p.note),
  );
}

function rule(r, village) {
  return h(
    "li",
    null,
    h("h3", null, h("a", { href: `/village/${encodeURIComponent(village)}#r-${r.id}` }, r.address)),
    h("p", { class: "why" }, r.why),
    h("blockquote", null, r.text),
    r.note && h("p", { class: "note warn" }, r.note),
  );
}

function precedent(p) {
  const amounts = p.claim !== null && p.settled !== null && p.claim !== undefined ? `诉求 ${money(p.claim)}，协议 ${money(p.settled)}` : "";
  return h(
    "li",
    null,
    h("h3", null, h("a", { href: `/case/${encodeURIComponent(p.id)}` }, p.title)),
    h(
      "p",
      { class: "meta" },
      h("span", { class: "outcome" }, p.outcome),
      p.kept && p.kept !== "不适用" && p.kept !== "未知" && h("span", null, p.kept),
      p.days !== null && p.days !== undefined && h("span", null, `历时 ${p.days} 天`),
      amounts && h("span", null, amounts),
      p.sample && h("span", null, "样例"),
    ),
    h("p", { class: "why" }, p.why),
    p.gist && h("p", { class: "gist" }, p.gist),
  );
}

function bar(share) {
  const filled = h("i");
  filled.style.width = percent(share); // set by script, which the content policy allows
  return h("span", { class: "bar", "aria-hidden": "true" }, filled);
}

function outcomes(o) {
  if (!o || !o.n) return o && o.note ? h("p", { class: "note" }, o.note) : null;
  const figure = (term, value, n) => h("div", null, h("dt", null, term), h("dd", null, h("b", { class: "num" }, value), n));
  return h(
    "div",
    { class: "outcomes" },
    h("p", null, `最相近的 ${o.n} 件`, o.small ? h("b", null, "（太少，只作参考）") : "", "："),
    h(
      "ul",
      { class: "bars" },
      (o.by_outcome || []).map((s) =>
        h(
          "li",
          null,
          h("span", null, s.label),
          bar(s.count / o.n),
          h("span", { class: "num" }, `${s.count} 件`),
        ),
      ),
    ),
    h(
      "dl",
      { class: "figures" },
      typeof o.median_days === "number" && figure("一般历时", `${Math.round(o.median_days)} 天`, "（中位数）"),
      typeof o.median_ratio === "number" && figure("协议占诉求", percent(o.median_ratio), `（${o.ratio_n} 件中位数）`),
      typeof o.kept_share === "number" && figure("全部履行", percent(o.kept_share), `（${o.kept_n} 件里）`),
    ),
    o.note && h("p", { class: "note" }, o.note),
  );
}

function step(s, on) {
  return h(
    "li",
    null,
    h("label", null, h("input", { type: "checkbox" }), h("b", null, s.title), s.deadline && h("span", { class: "chip disputed" }, s.deadline)),
    h("p", null, s.text),
    (s.papers || []).length > 0 && h("p", { class: "meta" }, `备齐：${s.papers.join("、")}`),
    (s.basis || []).length > 0 && h("p", { class: "sources" }, s.basis.map((a) => sourceChip(a, on))),
  );
}

/** Every part of the advice, in the order a mediator needs it. */
export function adviceNodes(answer) {
  const on = answer.on;
  let n = -1;
  const next = () => (n += 1);
  const barred = !answer.mediable && !(answer.risks || []).length;
  return [
    riskBanner(answer.risks, on, answer.mediable, answer.mediable ? "" : answer.mediable_reason),
    barred &&
      h(
        "div",
        { class: "note bad", role: "alert" },
        h("p", null, h("b", null, "这件事眼下不能调解。"), answer.mediable_reason),
        (answer.mediable_basis || []).length > 0 && h("p", { class: "sources" }, answer.mediable_basis.map((a) => sourceChip(a, on))),
      ),
    answer.missing.length > 0 &&
      section(next(), "还要问清", "", h("ul", { class: "missing" }, answer.missing.map((m) => h("li", null, m)))),
    section(next(), "纠纷类型", "", kind(answer.dispute_type)),
    section(
      next(),
      "适用法条",
      answer.provisions.length ? `${answer.provisions.length} 条，均按事发日期` : "",
      answer.provisions.length
        ? h("ol", { class: "provisions" }, answer.provisions.map((p) => provision(p, on)))
        : h("p", null, "没有找到把得准的法条。请补充经过，或到检索里自己查。"),
    ),
    answer.village_rules.length > 0 &&
      section(next(), "本村规约", "", h("ol", { class: "rules-found" }, answer.village_rules.map((r) => rule(r, answer.village)))),
    answer.precedents.length > 0 &&
      section(
        next(),
        "类似案例",
        "",
        outcomes(answer.outcomes),
        h("ol", { class: "precedents" }, answer.precedents.map(precedent)),
      ),
    answer.plan.length > 0 && section(next(), "怎么调", "做完一步勾一步", h("ol", { class: "plan" }, answer.plan.map((s) => step(s, on)))),
  ];
}
