// Handing a talk over to a village's mediators.
import { post } from "./api.js";
import { addresses, blocksOf } from "./chat-answer.js";
import { $, button, failure, fill, h, loading } from "./dom.js";
import { closeSheet, openSheet } from "./sheet.js";

/** What was told, question by question; with the gist of the answers where that is wanted. */
export function narrativeOf(turns, withAnswers) {
  const told = turns.map((turn) => turn.question).join("\n");
  if (!withAnswers) return told;
  const gists = turns
    .filter((turn) => turn.answer)
    .map(({ answer }) => {
      const lead = blocksOf(answer).find((block) => ["lead", "refusal"].includes(block.kind));
      const basis = addresses(answer);
      return `· ${lead ? lead.text : ""}${basis.length ? `（${basis.join("、")}）` : ""}`;
    });
  return gists.length ? `${told}\n\n问答里答过的：\n${gists.join("\n")}` : told;
}

// as the service takes them
const MOST = 5000;

/** Open the dialog. `turns` are those of the talk, oldest first; `village` the one chosen on the page, or one's own. */
export function handOver(turns, village) {
  const body = openSheet("交给调解员");
  const options = Array.from($("#village").options).filter((option) => option.value);
  const place = h("select", { class: "select", name: "village", required: true }, h("option", { value: "" }, "请选择"), options.map((o) => h("option", { value: o.value }, o.textContent)));
  place.value = village;
  const text = h("textarea", { class: "textarea", name: "narrative", rows: "8", maxlength: String(MOST), required: true });
  text.value = narrativeOf(turns, false).slice(0, MOST);
  const gist = h("input", { type: "checkbox" });
  let written = false;
  text.addEventListener("input", () => {
    written = true;
  });
  gist.addEventListener("change", () => {
    // what somebody wrote isn't written over
    if (written) text.value += gist.checked ? narrativeOf(turns, true).slice(narrativeOf(turns, false).length) : "";
    else text.value = narrativeOf(turns, gist.checked);
    text.value = text.value.slice(0, MOST);
    if (written) gist.disabled = true;
  });
  const contact = h("input", { class: "input", name: "contact", maxlength: "100", autocomplete: "off" });
  const state = h("div", { role: "status" });
  const send = h("button", { type: "submit", class: "button primary" }, "交过去");
  const form = h(
    "form",
    { class: "stack handover" },
    h("label", { class: "field" }, h("span", null, "交给哪个村的调解员"), place),
    h("label", { class: "field" }, h("span", null, "交过去的话（可以改，写清谁和谁、什么时候、为了什么）"), text),
    h("label", { class: "check" }, gist, " 把问答里答过的要点也带上"),
    h("label", { class: "field" }, h("span", null, "怎么联系（可以不写）"), contact),
    h("p", { class: "note" }, "列表里看到的话，姓名、电话换成了代称。原话和联系方式加密存着，只有管那个村的调解员打得开，看一次记一次。"),
    h("p", { class: "row" }, send, button("不交了", "", closeSheet)),
    state,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    fill(state, loading("正在交"));
    const last = turns.filter((turn) => turn.turnId).pop();
    try {
      const made = await post("/intakes", {
        village: place.value,
        narrative: text.value.trim(),
        turn_id: last ? last.turnId : "",
        contact: contact.value.trim(),
      });
      done(body, place.options[place.selectedIndex].textContent, made);
    } catch (error) {
      fill(state, failure(error));
      state.scrollIntoView({ block: "nearest" });
      send.disabled = false;
    }
  });
  fill(body, form);
  (village ? text : place).focus();
}

/** The part of an id that people read to each other. */
export const short = (id) => id.slice(0, 8);

function done(body, village, made) {
  const close = button("好", "check", closeSheet);
  fill(
    body,
    h(
      "div",
      { class: "stack", role: "status" },
      h("h3", null, "交过去了"),
      h("p", null, `${village}的调解员会看到。`),
      h("p", null, "编号 ", h("b", { class: "num" }, short(made.id)), "。问进展时报这个编号。"),
      h("p", { class: "row" }, close),
    ),
  );
  close.focus();
}
