// The mediator's desk: narrative in, advice out, agreement to edit.
import { $, $$, copy, download, failure, fill, h, icon, loading, say } from "./dom.js";
import { post, postForm } from "./api.js";
import { adviceNodes } from "./advice.js";
import { checkedSummary, claimsNode } from "./checked.js";
import { fileDrop } from "./files.js";
import { toDocx } from "./docx.js";

const form = $("#advise");
const out = $("#advice");
const agreement = $("#agreement");
const paper = $("#agreement-text");
const area = form.elements.narrative;
const drop = fileDrop(form, area);
const found = $("#agreement-checked");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const narrative = area.value.trim();
  const file = drop.current();
  if (!narrative && !file) {
    fill(out, h("p", { class: "note bad", role: "alert" }, "还没有写纠纷经过。说上三五句，或选一个文件。"));
    area.focus();
    return;
  }
  const rest = { village: form.elements.village.value, on: form.elements.on.value };
  const send = $("[type=submit]", form);
  send.disabled = true;
  agreement.hidden = true;
  $("#outline").hidden = true;
  fill(out, loading("正在查法条、规约和案例"));
  try {
    const answer = file ? await postForm("/advise", file, rest) : await post("/advise", { narrative, ...rest });
    show(answer);
  } catch (error) {
    fill(out, failure(error));
  }
  send.disabled = false;
});

function show(answer) {
  fill(
    out,
    h(
      "p",
      { class: "row no-print" },
      h("button", { type: "button", class: "button small", "data-print": "" }, icon("print"), "打印意见"),
      answer.agreement && h("a", { class: "button small", href: "#agreement" }, "看协议书稿"),
    ),
    adviceNodes(answer),
    checkedSummary(answer.checked, [], answer.on),
    h("p", { class: "meta" }, "以上由程序从法条、规约和案例中摘编，供调解员参考。"),
  );
  agreement.hidden = !answer.agreement;
  const [title, ...lines] = (answer.agreement || "").split("\n");
  fill(found, checkedSummary(answer.agreement_checked, [], ""));
  fill(paper, h("div", { class: "paper-title" }, title), h("div", null, lines.join("\n")));
  outline();
  out.scrollIntoView({ block: "start" });
}

/** The headings beside the advice on a wide screen. */
function outline() {
  const heads = $$(".risk > h2, .part > h2", out);
  heads.forEach((head, at) => {
    head.id = `part-${at}`;
  });
  const entries = heads.map((head) => h("li", null, h("a", { href: `#${head.id}` }, head.firstChild.nodeType === 3 ? head.firstChild.textContent : head.textContent)));
  if (!agreement.hidden) entries.push(h("li", null, h("a", { href: "#agreement" }, "调解协议书（稿）")));
  fill($("#outline"), h("ol", null, entries));
  $("#outline").hidden = false;
}

const text = () => paper.innerText.replace(/\u00a0/g, " ");
// what is pasted loses its formatting, so that the file looks the same whatever it came from
paper.addEventListener("paste", (event) => {
  event.preventDefault();
  document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
});
paper.addEventListener("input", () => fill(found, h("p", { class: "meta" }, "改过了，还没有再核对。")));
// what people write is never changed for them: what fails is shown, with what it could read
$("#agreement-check").addEventListener("click", async () => {
  fill(found, loading("正在核对"));
  try {
    // by today's law: an agreement is signed today, whenever the dispute was
    const answer = await post("/check", { text: text(), repair: true });
    fill(found, claimsNode(answer.claims, answer.on) || h("p", { class: "note" }, "没有引用法条，也没有讲法律的话。"));
    say("核对完了");
  } catch (error) {
    fill(found, failure(error));
  }
});
$("#agreement-docx").addEventListener("click", () => {
  download("人民调解协议书.docx", toDocx(text()));
  say("已下载");
});
$("#agreement-copy").addEventListener("click", () => copy(text()));
$("#agreement-print").addEventListener("click", () => {
  document.body.setAttribute("data-printing", "agreement");
  window.print();
  document.body.removeAttribute("data-printing");
});

// what another page hands over to this one
const given = sessionStorage.getItem("fengqiao.narrative");
if (given) {
  area.value = given;
  ["village", "on"].forEach((name) => {
    const value = sessionStorage.getItem(`fengqiao.${name}`);
    if (value) form.elements[name].value = value;
    sessionStorage.removeItem(`fengqiao.${name}`);
  });
  sessionStorage.removeItem("fengqiao.narrative");
}
