// What one can do with an answer: hear it, copy it, keep it as a picture or in Word, ask again, judge it.
import { blob } from "./api.js";
import { asText, sections } from "./chat-answer.js";
import { feedback } from "./chat-feedback.js";
import { share } from "./chat-share.js";
import { button, copy, download, failure, fill, h, icon, say } from "./dom.js";
import { canSpeak, toggleSpeech } from "./speech.js";

function reader(answer) {
  const lines = [].concat(...sections(answer).map((part) => [part.title, ...part.lines.map((line) => line.replace(/^· /, ""))])).filter(Boolean);
  const node = h("button", { type: "button", class: "button small", "aria-pressed": "false" }, icon("speak"), h("span", null, "朗读"));
  node.addEventListener("click", () =>
    toggleSpeech(lines, (speaking) => {
      node.setAttribute("aria-pressed", String(speaking));
      fill(node, icon(speaking ? "stop" : "speak"), h("span", null, speaking ? "停下" : "朗读"));
    }),
  );
  return node;
}

/** The opinion as a Word file: a link like any other, fetched here so that a failure is said on this page. */
function opinion(turnId, state) {
  const path = `/turns/${encodeURIComponent(turnId)}/opinion`;
  async function fetched(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    try {
      download("法律问答意见.docx", await blob(path));
      fill(state);
      say("Word 文件存好了");
    } catch (error) {
      fill(state, failure(error));
    }
  }
  return h("a", { class: "button small", href: `/api/v1${path}`, download: "", onclick: fetched }, icon("download"), "下载 Word");
}

/** The row below an answer. */
export function tools(turn, desk) {
  const { answer, question } = turn;
  const state = h("div", { role: "status" });
  return h(
    "div",
    { class: "answer-tools no-print" },
    h(
      "p",
      { class: "row" },
      canSpeak && reader(answer),
      button("连出处复制", "copy", () => copy(asText(question, answer))),
      button("存成图片", "image", () => share(question, answer)),
      turn.turnId && opinion(turn.turnId, state),
      button("再问一次", "again", () => desk.again(turn)),
    ),
    state,
    turn.turnId && feedback(turn.turnId),
  );
}
