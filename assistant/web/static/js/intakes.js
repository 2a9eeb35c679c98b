// Disputes handed over by the chat: taken, looked into, brought to the mediator's desk, closed.
import { get, post, query } from "./api.js";
import { $, button, chip, dateText, failure, fill, h, loading, say } from "./dom.js";
import { listing } from "./followup.js";

const mayReveal = Boolean($("#intakes").dataset.mayReveal);
const STATES = { new: ["in_review", "待接手"], open: ["in_review", "待接手"], taken: ["approved", "已接手"], closed: ["superseded", "已办完"] };

function entry(item, changed) {
  const path = `/intakes/${encodeURIComponent(item.id)}`;
  const state = h("div", { role: "status" });
  const original = h("div", { "aria-live": "polite" });
  const [kind, label] = STATES[item.status] || ["", item.status];

  async function step(name, said) {
    fill(state, loading("请稍候"));
    try {
      await post(`${path}/${name}`, {});
      say(said);
      changed();
    } catch (error) {
      fill(state, failure(error));
    }
  }

  async function reveal() {
    fill(state, loading("正在打开"));
    try {
      const found = await post(`${path}/reveal`, {});
      fill(state);
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
      );
    } catch (error) {
      fill(state, failure(error));
    }
  }

  function mediate() {
    sessionStorage.setItem("fengqiao.narrative", item.narrative);
    sessionStorage.setItem("fengqiao.village", item.village);
    location.assign("/mediate");
  }

  const closed = item.status === "closed";
  return h(
    "li",
    { class: "followup-entry", "data-id": item.id },
    h("h2", null, `${item.village_name || ""} ${item.number || item.id.slice(0, 8)}`),
    h(
      "p",
      { class: "row" },
      chip(kind, label),
      h("span", { class: "meta" }, `${dateText(item.created_at)}交来`),
      item.taken_by && h("span", { class: "meta" }, `${item.taken_by}接手`),
    ),
    h("p", { class: "told" }, item.narrative),
    h(
      "p",
      { class: "row" },
      !closed && item.status !== "taken" && button("接手", "check", () => step("take", "您接手了"), { class: "button small primary" }),
      button("开始调解", "mediate", mediate),
      mayReveal && button("看原话和联系方式", "", reveal),
      !closed && button("办完了", "", () => step("close", "记下了，已办完")),
    ),
    state,
    original,
  );
}

listing({
  load: (status, offset, limit) => get(`/intakes${query({ status, offset: offset || "", limit })}`),
  entry,
  empty: { open: "没有等着办的", "": "还没有人交过来" },
  list: $("#list"),
});
