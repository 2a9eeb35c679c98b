// The sheet in which the picture of an answer is looked at, saved or passed on.
import { button, download, fill, h, loading, say } from "./dom.js";
import { draw, toPng } from "./chat-image.js";
import { openSheet } from "./sheet.js";

const NAME = "普法问答.png";

/** Draw the answer and offer it. */
export async function share(question, answer) {
  const body = openSheet("存成图片");
  fill(body, loading("正在画"));
  const canvas = draw(question, answer);
  canvas.className = "picture";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `问答图片：${question}`);
  const png = await toPng(canvas, answer);
  const file = typeof File === "function" ? new File([png], NAME, { type: "image/png" }) : null;
  const passable = Boolean(file && navigator.canShare && navigator.canShare({ files: [file] }));
  body.classList.add("stack");
  fill(
    body,
    h("p", { class: "note warn" }, "发出去之前看一眼：问题里有没有姓名、电话、住址。"),
    h(
      "p",
      { class: "row" },
      button("保存图片", "download", () => {
        download(NAME, png);
        say("图片存好了");
      }, { class: "button small primary" }),
      passable && button("发给别人", "send", () => pass(file)),
    ),
    canvas,
  );
}

async function pass(file) {
  try {
    await navigator.share({ files: [file] });
  } catch (error) {
    if (error.name !== "AbortError") say("这台设备发不了，请先保存图片");
  }
}
