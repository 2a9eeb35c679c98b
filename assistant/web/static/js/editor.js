// One draft: text, citations checked while it is edited, and the steps that are open to the person.
import { $, button, chip, dateText, download, failure, fill, h, say } from "./dom.js";
import { blob, patch, post } from "./api.js";
import { claimsNode } from "./checked.js";
import { sourceChip } from "./sheet.js";

function field(label, name, value, rows, locked) {
  const control = rows
    ? h("textarea", { class: "textarea", name, rows: String(rows), readonly: locked })
    : h("input", { class: "input", name, readonly: locked, maxlength: name === "title" ? "200" : "500" });
  control.value = value || "";
  return h("label", { class: "field" }, h("span", null, label), control);
}

function saved(draft) {
  if (!draft.citations.length) return [h("p", { class: "note warn" }, "正文没有引用法条。")];
  return [
    h(
      "ul",
      { class: "checks" },
      draft.citations.map((c) =>
        h(
          "li",
          null,
          sourceChip(c.address, draft.on || "", { state: c.verified ? "" : "bad" }),
          chip(c.verified ? "verified" : "failed", c.verified ? "已核对" : "没核上"),
          (c.problem || c.note) && h("p", { class: "meta" }, c.problem || c.note),
        ),
      ),
    ),
  ];
}

/** What /check says about a text being edited, shown as the saved citations are. */
function live(answer, on) {
  const seen = new Map();
  answer.claims.forEach((claim) => claim.citations.forEach((c) => seen.set(c.address || c.raw, { c, claim })));
  if (!seen.size) return [h("p", { class: "note warn" }, "正文没有引用法条。")];
  return [
    h(
      "ul",
      { class: "checks" },
      Array.from(seen.values()).map(({ c, claim }) => {
        const good = c.exists && c.in_force && c.quote_matches !== false && c.supports !== false;
        const problems = good ? [] : claim.problems || [];
        return h(
          "li",
          null,
          sourceChip(c.address || c.raw, on, { state: good ? "" : "bad" }),
          chip(good ? "verified" : "failed", good ? "已核对" : claim.verdict_label || "没核上"),
          problems.length > 0 && h("p", { class: "meta" }, problems.join("；")),
        );
      }),
    ),
  ];
}

function trail(draft) {
  if (!draft.history.length) return null;
  return h(
    "details",
    { class: "trail" },
    h("summary", null, `经过（${draft.history.length}）`),
    h(
      "ol",
      { class: "plain-list" },
      draft.history.map((e) => h("li", null, h("time", { datetime: e.at }, dateText(e.at)), `　${e.who}${e.label}`, e.what && `：${e.what}`)),
    ),
  );
}

/** Show a draft in `root`. `desk` has named() → whether the person is known, changed(draft), reload(). */
export function openEditor(root, draft, desk) {
  const locked = draft.status === "in_review";
  const state = h("div", { role: "status" });
  const failed = (draft.claims || []).filter((c) => !["supported", "not_legal", "undecided"].includes(c.verdict)).length;
  const checks = h("div", { class: "citation-checks" }, saved(draft));
  const form = h(
    "form",
    { class: "stack" },
    field("标题", "title", draft.title, 0, locked),
    field("问", "question", draft.question, 2, locked),
    field(draft.format === "qa" ? "答" : "正文", "answer", draft.answer, 14, locked),
  );
  let dirty = false;

  /** Put a suggested repair into the text, where the sentence still stands there. */
  function take(was, now) {
    const area = form.elements.answer;
    if (!area.value.includes(was)) {
      say("这句话已经改过了");
      return;
    }
    area.value = area.value.replace(was, () => now);
    area.dispatchEvent(new Event("input", { bubbles: true }));
    say("改好了，保存后再核一遍");
  }
  const claims = h("div", { class: "claim-checks" }, claimsNode(draft.claims || [], draft.on || "", locked ? null : take));

  const text = () => ({
    title: form.elements.title.value,
    question: form.elements.question.value,
    answer: form.elements.answer.value,
  });

  async function act(work, done) {
    if (!desk.named()) return null;
    state.textContent = "";
    try {
      const next = await work();
      say(done);
      desk.changed(next);
      openEditor(root, next, desk);
      return next;
    } catch (error) {
      fill(state, failure(error, error.code === "conflict" ? desk.reload : null));
      return null;
    }
  }
  const path = `/drafts/${encodeURIComponent(draft.id)}`;
  const save = () => act(() => patch(path, { version: draft.version, ...text() }), "已保存，引用已核对");
  const submit = () =>
    act(async () => {
      if (dirty) await patch(path, { version: draft.version, ...text() });
      return post(`${path}/submit`, {});
    }, "已提交审核");
  const reason = h("textarea", { class: "textarea short", rows: "2", maxlength: "1000", id: "reason" });
  const sure = h("input", { type: "checkbox", id: "overrule" });
  const review = (decision) => () => {
    if (decision === "return" && !reason.value.trim()) {
      fill(state, h("p", { class: "note bad", role: "alert" }, "退回要写明理由，让起草的人知道改哪里。"));
      reason.focus();
      return null;
    }
    const overrule = decision === "approve" && failed > 0 && sure.checked;
    const body = { decision, note: reason.value.trim(), version: draft.version, overrule };
    return act(() => post(`${path}/review`, body), decision === "approve" ? "已通过" : "已退回");
  };
  const fetchFile = (format) => async () => {
    try {
      download(`${draft.title || "普法稿件"}.${format}`, await blob(`${path}/export?format=${format}`));
    } catch (error) {
      fill(state, failure(error));
    }
  };

  let timer = 0;
  let sequence = 0;
  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      sequence += 1;
      const mine = sequence;
      const now = text();
      if (!now.answer.trim()) return;
      try {
        const answer = await post("/check", { text: `${now.question}\n${now.answer}`, on: draft.on || "" });
        if (mine === sequence) fill(checks, h("p", { class: "meta" }, "边写边核，保存后为准"), live(answer, draft.on || ""));
        if (mine === sequence) fill(claims, claimsNode(answer.claims, draft.on || "", take));
      } catch (error) {
        if (mine === sequence) fill(checks, failure(error));
      }
    }, 700);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });

  fill(
    root,
    h(
      "p",
      { class: "row" },
      chip(draft.status, draft.status_label),
      h("span", { class: "meta" }, h("span", null, draft.format_label), h("span", null, `第 ${draft.version} 稿`), h("span", null, `起草 ${draft.author}`), draft.reviewer && h("span", null, `审核 ${draft.reviewer}`)),
      draft.published && h("a", { href: `/search?kind=qa&q=${encodeURIComponent(draft.question)}` }, "已可检索"),
    ),
    draft.review_note && h("p", { class: draft.status === "returned" ? "note bad" : "note" }, h("b", null, `${draft.reviewer}：`), draft.review_note),
    draft.problems.map((p) => h("p", { class: "note bad" }, p)),
    form,
    h("h3", null, "引用核对"),
    checks,
    claims,
    state,
    h(
      "div",
      { class: "row actions" },
      !locked && button("保存", "check", save),
      draft.status === "draft" && button("提交审核", "send", submit, { class: "button small primary" }),
      button("导出 Word", "download", fetchFile("docx")),
      button("导出 Markdown", "download", fetchFile("md")),
    ),
    locked &&
      h(
        "div",
        { class: "review stack" },
        h("h3", null, "审核"),
        failed > 0 && h("label", { class: "row", for: "overrule" }, sure, `没通过核查的 ${failed} 句，我查过原文，确认无误（要写明理由）`),
        h("label", { class: "field", for: "reason" }, h("span", null, "意见（退回必填）"), reason),
        h(
          "div",
          { class: "row" },
          button("通过", "check", review("approve"), { class: "button primary" }),
          button("退回修改", "left", review("return"), { class: "button" }),
        ),
      ),
    trail(draft),
  );
}
