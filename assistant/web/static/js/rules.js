// The village-rule check: every clause with its verdict, the gravest in sight first.
import { $, $$, button, chip, copy, failure, fill, h, loading } from "./dom.js";
import { post, postForm } from "./api.js";
import { fileDrop } from "./files.js";
import { sourceChip } from "./sheet.js";

const LABELS = { overstep: "越权违法", doubtful: "存疑", lawful: "未见问题" };
const form = $("#rules");
const out = $("#verdicts");
const area = form.elements.text;
const drop = fileDrop(form, area);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});

async function check() {
  const text = area.value.trim();
  const file = drop.current();
  if (!text && !file) {
    fill(out, h("p", { class: "note bad", role: "alert" }, "还没有规约。粘贴进来，或选一个文件。"));
    area.focus();
    return;
  }
  const rest = { village: form.elements.village.value, on: form.elements.on.value };
  const send = $("[type=submit]", form);
  send.disabled = true;
  fill(out, loading("正在逐条比对"));
  try {
    show(file ? await postForm("/rules/check", file, rest) : await post("/rules/check", { text: area.value, ...rest }));
  } catch (error) {
    fill(out, failure(error));
  }
  send.disabled = false;
}

function finding(f, on) {
  return h(
    "div",
    { class: "finding" },
    f.evidence && h("p", { class: "meta" }, `问题在：“${f.evidence}”`),
    h("p", null, f.reason),
    f.provisions.length > 0 && h("p", { class: "sources" }, f.provisions.map((a) => sourceChip(a, on))),
    f.rewording && h("p", { class: "reword" }, h("b", null, "可以改成　"), f.rewording),
    f.rewording && button("复制改法", "copy", () => copy(f.rewording), { class: "button small no-print" }),
  );
}

function clause(c, on) {
  const label = c.label || `第${c.index}条`;
  const findings = c.findings && c.findings.length ? c.findings : c.reason ? [c] : [];
  return h(
    "li",
    { class: `verdict ${c.verdict}`, "data-verdict": c.verdict },
    h("p", { class: "verdict-head" }, h("b", null, label), chip(c.verdict, c.verdict_label || LABELS[c.verdict])),
    h("p", { class: "clause-text" }, c.text),
    findings.map((f) => finding(f, on)),
  );
}

function show(answer) {
  const counts = { overstep: 0, doubtful: 0, lawful: 0 };
  answer.clauses.forEach((c) => {
    counts[c.verdict] += 1;
  });
  const list = h("ol", { class: "verdict-list compact" }, answer.clauses.map((c) => clause(c, answer.on)));
  const filter = (wanted) => (event) => {
    $$(".tally button", out).forEach((b) => b.setAttribute("aria-pressed", String(b === event.currentTarget)));
    list.classList.toggle("compact", !wanted);
    $$(".verdict", list).forEach((node) => {
      node.hidden = Boolean(wanted) && node.dataset.verdict !== wanted;
    });
  };
  const tab = (wanted, label, n) =>
    h("button", { type: "button", class: wanted, "aria-pressed": String(!wanted), onclick: filter(wanted) }, h("b", { class: "num" }, String(n)), label);
  fill(
    out,
    h(
      "div",
      { class: "tally no-print", role: "group", "aria-label": "只看" },
      tab("", "条", answer.clauses.length),
      tab("overstep", LABELS.overstep, counts.overstep),
      tab("doubtful", LABELS.doubtful, counts.doubtful),
      tab("lawful", LABELS.lawful, counts.lawful),
    ),
    (answer.notes || []).map((n) => h("p", { class: "note warn" }, n)),
    (answer.missing || []).length > 0 &&
      h("section", { class: "part" }, h("h2", null, "整份规约还缺什么"), h("ul", { class: "missing" }, answer.missing.map((m) => h("li", null, m)))),
    list,
    answer.caveat && h("p", { class: "note" }, answer.caveat),
    h("p", { class: "row no-print" }, h("button", { type: "button", class: "button", "data-print": "" }, "打印审查意见")),
  );
}

const given = sessionStorage.getItem("fengqiao.rules");
if (given) {
  sessionStorage.removeItem("fengqiao.rules");
  area.value = given;
  form.elements.village.value = new URLSearchParams(location.search).get("village") || "";
  check();
}
