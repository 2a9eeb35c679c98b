// What readers said of answers: looked at one by one, and closed.
import { get, post, query } from "./api.js";
import { REASONS } from "./chat-feedback.js";
import { $, chip, dateText, fill, failure, h, say } from "./dom.js";
import { listing } from "./followup.js";
import { sourceChip } from "./sheet.js";

function closing(item, changed) {
  const state = h("div", { role: "status" });
  const note = h("input", { class: "input", maxlength: "500", autocomplete: "off" });
  const form = h(
    "form",
    { class: "closing" },
    h("label", { class: "field" }, h("span", null, "怎么处理的（可以不写）"), note),
    h("button", { type: "submit", class: "button" }, "处理好了"),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await post(`/feedback/${encodeURIComponent(item.id)}/close`, { note: note.value.trim() });
      say("关掉了");
      changed();
    } catch (error) {
      fill(state, failure(error));
    }
  });
  return [form, state];
}

function entry(item, changed) {
  const closed = item.status === "closed";
  return h(
    "li",
    { class: "followup-entry", "data-id": item.id },
    h("h2", null, item.question),
    h(
      "p",
      { class: "row" },
      item.rating === "good" ? chip("approved", "有用") : chip("returned", "没用"),
      (item.reasons || []).map((reason) => chip("", REASONS[reason] || reason)),
      item.generated && chip("doubtful", "AI 生成"),
      closed && chip("superseded", "已处理"),
      h("span", { class: "meta" }, dateText(item.created_at)),
    ),
    item.note && h("p", { class: "told" }, `“${item.note}”`),
    h("details", { class: "trail" }, h("summary", null, "当时的回答"), h("p", { class: "told" }, item.answer)),
    (item.citations || []).length > 0 && h("p", { class: "sources" }, item.citations.map((address) => sourceChip(address, item.on))),
    h("p", null, h("a", { href: `/chat${query({ q: item.question })}` }, "按现在的库再问一遍")),
    closed ? h("p", { class: "meta" }, `${dateText(item.closed_at)}处理${item.close_note ? `：${item.close_note}` : ""}`) : closing(item, changed),
  );
}

listing({
  load: (status, offset, limit) => get(`/feedback${query({ status, offset: offset || "", limit })}`),
  entry,
  empty: { open: "没有要处理的反馈", "": "还没有人反馈" },
  list: $("#list"),
});
