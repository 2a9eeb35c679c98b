// Was the answer of use? Two buttons; who says no may say why.
import { post } from "./api.js";
import { button, failure, fill, h } from "./dom.js";

export const REASONS = {
  wrong_law: "法条不对",
  outdated: "法条过时",
  not_answered: "没答到点上",
  hard_to_read: "看不懂",
  missing: "缺了办法",
  other: "其他",
};

/** The judgement of one answer. */
export function feedback(turnId) {
  const state = h("div", { role: "status" });
  const good = button("有用", "good", () => send({ rating: "good", reasons: [] }), { "aria-pressed": "false" });
  const bad = button("没用", "bad", why, { "aria-pressed": "false", "aria-expanded": "false" });
  const box = h("div", { class: "feedback" }, h("p", { class: "row" }, h("span", { class: "meta" }, "这个回答"), good, bad), state);

  async function send(judgement) {
    try {
      await post("/feedback", { turn_id: turnId, ...judgement });
      good.setAttribute("aria-pressed", String(judgement.rating === "good"));
      bad.setAttribute("aria-pressed", String(judgement.rating === "bad"));
      bad.setAttribute("aria-expanded", "false");
      fill(state, h("p", { class: "meta" }, judgement.rating === "good" ? "谢谢，记下了。" : "谢谢，记下了，会有人看。"));
    } catch (error) {
      fill(state, failure(error));
    }
  }

  function why() {
    bad.setAttribute("aria-expanded", "true");
    const boxes = Object.entries(REASONS).map(([value, label]) => h("label", { class: "check" }, h("input", { type: "checkbox", name: "reason", value }), ` ${label}`));
    const note = h("textarea", { class: "textarea", rows: "2", maxlength: "500", placeholder: "不要写姓名、电话" });
    const form = h(
      "form",
      { class: "feedback-form" },
      h("fieldset", null, h("legend", null, "哪里不好（可以多选）"), h("div", { class: "checks-row" }, boxes)),
      h("label", { class: "field" }, h("span", null, "想说的（可以不写）"), note),
      h("p", { class: "row" }, h("button", { type: "submit", class: "button small primary" }, "交上去"), button("算了", "", close)),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const reasons = Array.from(form.querySelectorAll("input:checked")).map((input) => input.value);
      send({ rating: "bad", reasons, note: note.value.trim() });
    });
    fill(state, form);
    form.querySelector("input").focus();
  }

  function close() {
    bad.setAttribute("aria-expanded", "false");
    fill(state);
    bad.focus();
  }
  return box;
}
