// One case record: without names, on demand with them, exported, erased after a question.
import { $, button, chip, dateText, download, failure, fill, h, loading, say } from "./dom.js";
import { blob, post, remove } from "./api.js";

const PARTS = [
  ["基本案情", "facts"],
  ["争议焦点", "focus"],
  ["处理方式方法", "handling"],
  ["处理结果", "result"],
  ["解纷要旨", "gist"],
  ["解纷依据", "basis"],
  ["当事人关系", "relation"],
];

/** The texts of a record, redacted or not. */
export function texts(t) {
  const lines = (text) => text.split("\n").filter((line) => line.trim()).map((line) => h("p", null, line));
  return h(
    "div",
    { class: "record-text" },
    h("h3", null, t.name),
    PARTS.filter(([, field]) => (t[field] || "").trim()).map(([title, field]) => [h("h4", null, title), lines(t[field])]),
    t.keywords.length > 0 && h("p", { class: "meta" }, `关键词：${t.keywords.join("、")}`),
  );
}

/** What stands for what. */
export function replacements(replaced) {
  const pairs = Object.entries(replaced);
  if (!pairs.length) return h("p", { class: "note warn" }, "没有认出要隐去的内容。请看看是不是真的没有。");
  return h(
    "div",
    null,
    h("h4", null, "换掉的内容"),
    h("ul", { class: "replaced" }, pairs.map(([word, original]) => h("li", null, h("b", null, word), `代${original}`))),
  );
}

function facts(record) {
  const c = record.case;
  const rows = [
    ["村", record.village_name],
    ["纠纷类型", c.dispute_type],
    ["结果", c.outcome === "未知" ? "" : c.outcome],
    ["履行", c.kept === "未知" ? "" : c.kept],
    ["诉求", c.claim === null ? "" : `${c.claim} 元`],
    ["协议", c.settled === null ? "" : `${c.settled} 元`],
    ["受理", dateText(c.opened)],
    ["办结", dateText(c.closed)],
    ["保存到", record.retain_until ? dateText(record.retain_until) : "一直保存"],
  ];
  return h(
    "dl",
    { class: "facts" },
    rows.filter(([, value]) => value).map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))),
  );
}

/** Show a record in `root`. `desk` has edit(original) and erased(). */
export function showRecord(root, record, desk) {
  const path = `/records/${encodeURIComponent(record.id)}`;
  const state = h("div", { role: "status" });
  const original = h("div", { "aria-live": "polite" });
  const may = (right) => record.may.includes(right) && !record.erasing;

  async function reveal(then) {
    fill(state, loading("正在打开原文"));
    try {
      const found = await post(`${path}/reveal`, {});
      fill(state);
      then(found);
    } catch (error) {
      fill(state, failure(error));
    }
  }

  function unfold(found) {
    fill(
      original,
      h(
        "section",
        { class: "revealed stack" },
        h("h3", null, "原文"),
        h("p", { class: "meta" }, "看原文已经记入审计日志。看完请收起，不要截图外传。"),
        texts(found.texts),
        replacements(found.replaced),
        h("p", { class: "row" }, button("收起", "", () => fill(original))),
      ),
    );
  }

  async function save(format) {
    try {
      download(`${record.case.name}.${format}`, await blob(`${path}/export?format=${format}`));
    } catch (error) {
      fill(state, failure(error));
    }
  }

  async function erase() {
    fill(state, loading("正在删除"));
    try {
      await remove(path);
      say("删除了");
      desk.erased();
    } catch (error) {
      fill(state, failure(error));
    }
  }

  function ask() {
    fill(
      state,
      h(
        "div",
        { class: "note bad", role: "alertdialog", "aria-label": "确认删除" },
        h("p", null, h("b", null, "删掉就找不回来了。"), "原文、检索里的内容和缓存一起删除，只在审计日志里留下删除这件事。"),
        h("p", { class: "row" }, button("确认删除", "", erase, { id: "erase-yes" }), button("不删", "", () => fill(state))),
      ),
    );
    $("#erase-yes").focus();
  }

  fill(
    root,
    h("p", { class: "meta" }, chip("", "已隐去个人信息"), h("span", null, `第 ${record.version} 版`)),
    record.erasing && h("p", { class: "note bad" }, "上次没有删完，请再删一次。"),
    facts(record),
    texts(record.case),
    h(
      "p",
      { class: "row no-print" },
      may("reveal") && button("查看原文", "", () => reveal(unfold), { id: "reveal" }),
      may("reveal") && may("write") && button("修改", "edit", () => reveal((found) => desk.edit({ ...found, case: record.case })), { id: "edit" }),
      button("导出 Word", "download", () => save("docx"), { id: "export-docx" }),
      button("导出文本", "download", () => save("md")),
      record.may.includes("delete") && button("删除", "", ask, { id: "erase" }),
    ),
    state,
    original,
  );
}
