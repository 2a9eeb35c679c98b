// An answer as a picture, to be passed on where there is no link to pass: drawn here, nothing is sent anywhere.
import { addresses, origin, sections } from "./chat-answer.js";
import { dateText } from "./dom.js";
import { withWords } from "./png.js";

const WIDTH = 750;
const EDGE = 48;
const TALLEST = 6000;
const FACES = '"PingFang SC", "HarmonyOS Sans SC", "MiSans", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const SERIF = '"Songti SC", "Source Han Serif SC", "Noto Serif CJK SC", "SimSun", serif';
const INK = "#1a201d";
const SOFT = "#616b65";
const GREEN = "#1b5940";
const MAPLE = "#a52f1a";
const PAPER = "#fcfcfa";
/** Marks that must not begin a line. */
const CLOSING = "，。、；：？！”’）》」』】…%";
const OPENING = "“‘（《「『【";

const STYLES = {
  question: { size: 34, weight: 700, face: SERIF, colour: INK, after: 28 },
  label: { size: 22, weight: 500, colour: GREEN, after: 20 },
  heading: { size: 26, weight: 600, colour: GREEN, before: 22, after: 8 },
  risk: { size: 26, weight: 500, colour: MAPLE, after: 6 },
  lead: { size: 30, weight: 400, colour: INK, after: 8 },
  law: { size: 26, weight: 400, face: SERIF, colour: INK, after: 8, indent: 20 },
  text: { size: 26, weight: 400, colour: INK, after: 6 },
  foot: { size: 22, weight: 400, colour: SOFT, after: 6 },
};
const fontOf = ({ size, weight, face }) => `${weight} ${size}px ${face || FACES}`;

/** Cut a text into lines no wider than `width` px; figures and Latin words stay whole where they fit. */
export function wrap(context, text, width) {
  const lines = [];
  let line = "";
  const pieces = text.match(/[A-Za-z0-9.]+|[^]/gu) || [];
  const fits = (s) => context.measureText(s).width <= width;
  const put = (piece) => {
    if (!line || fits(line + piece)) line += piece;
    else if (CLOSING.includes(piece)) line += piece; // hangs into the margin
    else {
      let carried = "";
      while (line.length > 1 && OPENING.includes(line.slice(-1))) {
        carried = line.slice(-1) + carried;
        line = line.slice(0, -1);
      }
      lines.push(line);
      line = carried + (piece === " " ? "" : piece);
    }
  };
  pieces.forEach((piece) => {
    if (fits(piece)) put(piece);
    else Array.from(piece).forEach(put);
  });
  if (line) lines.push(line);
  return lines;
}

/** What the picture says, from top to bottom: [style, text]. */
export function contents(question, answer) {
  const rows = [["question", `问　${question}`], ["label", origin(answer)]];
  sections(answer).forEach(({ kind, title, lines }) => {
    if (title) rows.push([kind === "risk" ? "risk" : "heading", title]);
    const style = { risk: "risk", lead: "lead", law: "law", closing: "foot" }[kind] || "text";
    lines.forEach((line) => rows.push([style, line]));
  });
  rows.push(["heading", "出处"], ["foot", addresses(answer).join("　") || "没有引用法条"]);
  rows.push(["foot", `按${dateText(answer.on)}有效的法`], ["foot", `${origin(answer)} · 枫桥基层调解法律知识库 · 供参考，不代替法律意见`]);
  rows.push(["label", "拿不准，打 12348 问律师，不要钱"]);
  return rows;
}

/** Lay the rows out; returns the placed lines and the height, px. What goes beyond the tallest picture is left out. */
function layout(context, rows) {
  const placed = [];
  let y = EDGE;
  let cut = false;
  const last = rows.length - 5;
  rows.forEach(([name, text], at) => {
    const style = STYLES[name];
    const indent = style.indent || 0;
    context.font = fontOf(style);
    y += style.before || 0;
    wrap(context, text, WIDTH - 2 * EDGE - indent).forEach((line) => {
      if (y > TALLEST && at < last) {
        if (!cut) placed.push({ style: STYLES.foot, text: "……（太长，后面的请看全文）", x: EDGE, y });
        cut = true;
        return;
      }
      placed.push({ style, text: line, x: EDGE + indent, y: cut ? y + 40 : y });
      y += Math.round(style.size * 1.65);
    });
    y += style.after;
  });
  return { placed, height: y + EDGE + (cut ? 40 : 0) };
}

/** Draw question and answer on a canvas. */
export function draw(question, answer) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  const { placed, height } = layout(context, contents(question, answer));
  // twice as fine as it is laid out, within what the canvas of an old phone holds
  const scale = Math.min(2, Math.sqrt(8e6 / (WIDTH * height)), 8000 / height);
  canvas.width = Math.round(WIDTH * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  context.fillStyle = PAPER;
  context.fillRect(0, 0, WIDTH, height);
  context.fillStyle = GREEN;
  context.fillRect(0, 0, WIDTH, 8);
  context.textBaseline = "top";
  placed.forEach(({ style, text, x, y }) => {
    context.font = fontOf(style);
    context.fillStyle = style.colour;
    context.fillText(text, x, y);
  });
  return canvas;
}

/** The picture as a PNG, marked inside as what it is. */
export async function toPng(canvas, answer) {
  const plain = await new Promise((done) => canvas.toBlob(done, "image/png"));
  return withWords(plain, {
    Software: "Fengqiao",
    Comment: `${origin(answer)}；按${answer.on}有效的法`,
    // the field in which generated content is declared
    ...(answer.generated ? { AIGC: JSON.stringify({ Label: "1", ContentProducer: "Fengqiao" }) } : {}),
  });
}
