// Disputes handed over by the chat: taken, looked into, brought to the mediator's desk, closed.
import { get, post, query, remove } from "./api.js";
import { short } from "./chat-handover.js";
import { $, button, chip, dateText, failure, fill, h, loading, say } from "./dom.js";
import { listing } from "./followup.js";
import { phoneLinks } from "./risks.js";

const STATES = { new: ["in_review", "待接手"], taken: ["approved", "已接手"], closed: ["superseded", "已办结"] };

/** Take the redacted story to the mediator's desk; it fills its form from there. */
function mediate(item) {
  sessionStorage.setItem("fengqiao.narrative", item.narrative);
  sessionStorage.setItem("fengqiao.village", item.village);
  sessionStorage.setItem("fengqiao.on", item.on || "");
  location.assign("/mediate");
}

const risks = (item) =>
  (item.risks || []).map((risk) => h("div", { class: "note bad" }, h("p", null, h("b", null, risk.label), `　${risk.advice}`), phoneLinks(risk.phones, risk.phone_labels)));

function entry(item, changed) {
  const path = `/intakes/${encodeURIComponent(item.id)}`;
  const state = h("div", { role: "status" });
  const original = h("div", { "aria-live": "polite" });
  const may = (right) => (item.may || []).includes(right);
  const mediable = (item.risks || []).every((risk) => risk.mediable);
  const [kind, label] = STATES[item.status] || ["", item.status];

  /** Do one thing; what goes wrong is said below the entry. */
  async function attempt(doing, work, then) {
    fill(state, loading(doing));
    try {
      const made = await work();
      fill(state);
      then(made);
    } catch (error) {
      fill(state, failure(error));
    }
  }
  const step = (work, said) =>
    attempt("请稍候", work, () => {
      say(said);
      changed();
    });
  const take = () => step(() => post(`${path}/take`, {}), "您接手了，在“已接手”里");

  const reveal = () =>
    attempt("正在打开", () => post(`${path}/reveal`, {}), (found) =>
      fill(
        original,
        h(
          "section",
          { class: "revealed" },
          h("p", { class: "meta" }, "看原话和联系方式已经记入审计日志。看完请收起，不要截图外传。"),
          h("p", null, h("b", null, "联系方式　"), found.contact || "没有留"),
          h("p", { class: "told" }, found.narrative),
          h("p", { class: "row" }, button("收起", "", () => fill(original))),
        ),
      ),
    );

  function closing() {
    const note = h("input", { class: "input", maxlength: "500", autocomplete: "off" });
    const form = h("form", { class: "closing" }, h("label", { class: "field" }, h("span", null, "怎么办结的（可以不写）"), note), h("button", { type: "submit", class: "button" }, "办结"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      step(() => post(`${path}/close`, { note: note.value.trim() }), "办结了");
    });
    fill(state, form);
    note.focus();
  }

  function erasing() {
    const yes = button("确认删除", "", () => step(() => remove(path), "删除了"));
    fill(state, h("div", { class: "note bad", role: "alertdialog", "aria-label": "确认删除" }, h("p", null, h("b", null, "删掉就找不回来了。")), h("p", { class: "row" }, yes, button("不删", "", () => fill(state)))));
    yes.focus();
  }

  return h(
    "li",
    { class: "followup-entry", "data-id": item.id },
    h("h2", null, `${item.village_name}　${item.dispute_type || ""}`),
    h(
      "p",
      { class: "row" },
      chip(kind, label),
      h("span", { class: "meta" }, `编号 ${short(item.id)}，${dateText(item.created_at)}${item.by || ""}转来`),
      item.taken_by && h("span", { class: "meta" }, `${item.taken_by}接手`),
    ),
    risks(item),
    h("p", { class: "told" }, item.narrative),
    item.note && h("p", { class: "meta" }, `办结：${item.note}`),
    h(
      "p",
      { class: "row" },
      may("take") && button("接手", "check", take, { class: "button small primary" }),
      item.status !== "closed" && button(mediable ? "开始调解" : "到工作台看怎么办", "mediate", () => mediate(item)),
      may("reveal") && button(item.has_contact ? "看原话和联系方式" : "看原话", "", reveal),
      may("close") && button("办结", "", closing),
      may("delete") && button("删除", "", erasing),
    ),
    state,
    original,
  );
}

listing({
  load: (status, offset, limit) => get(`/intakes${query({ status, offset: offset || "", limit })}`),
  entry,
  empty: { new: "没有等着接手的", taken: "没有正在办的", closed: "还没有办结的", "": "还没有人交过来" },
  list: $("#list"),
});
