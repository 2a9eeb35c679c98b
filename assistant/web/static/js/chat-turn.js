// One question and its answer on the page: the parts as they come, then what was checked and what can be done with it.
import { append, chip, failure, fill, h, loading } from "./dom.js";
import { checkedSummary } from "./checked.js";
import { blocksOf, headingOf, origin, riskFirst } from "./chat-answer.js";
import { blockNode } from "./chat-blocks.js";
import { tools } from "./chat-tools.js";

const plain = (text) => text.replace(/[\s　“”"「」，。？！,.?!]/g, "");

/** What the grounding gate did with an answer, openable. */
export const checkedNode = (answer) =>
  checkedSummary(answer.checked, [...new Set((answer.citations || []).filter((c) => c.verified).map((c) => c.address))], answer.on);

const chips = (title, words, onpick, extra) =>
  (words || []).length > 0 &&
  h(
    "div",
    { class: `picks ${extra}` },
    h("h3", null, title),
    h("ul", null, words.map((word) => h("li", null, h("button", { type: "button", class: "pick", onclick: () => onpick(word) }, word)))),
  );

/**
 * Put a question on the page. `desk` has ask(question), fillIn(text), again(turn).
 * The turn takes start(meta), block(block), withdrawn(), done(answer), stopped() and failed(error).
 */
export function makeTurn(question, desk, at) {
  const head = h("div", { class: "answer-head" });
  const body = h("div", { class: "answer", "aria-live": "polite" });
  const foot = h("div", { class: "answer-foot" });
  const progress = h("div", { class: "progress" }, loading("正在查"));
  const node = h("li", { class: "turn", tabindex: "-1" }, h("h2", { class: "question" }, question), head, body, progress, foot);
  const turn = { node, question, answer: null, turnId: "", start, block, withdrawn, done, stopped, failed };
  let shown = [];
  let understood = null;
  let label = null;

  function start(meta) {
    turn.turnId = meta.turn_id || turn.turnId;
    const as = meta.understood_as;
    if (understood || !as || plain(as) === plain(question)) return;
    understood = h("p", { class: "meta understood" }, `按“${as}”回答`);
    head.append(understood);
  }

  function mark(text) {
    if (label) return;
    label = h("p", { class: "origin" }, chip("ai", text), h("span", { class: "meta" }, "核对过出处，以法条原文为准"));
    head.prepend(label);
  }

  /** Show these parts; what already stands there as it should is left alone, so that nothing jumps. */
  function show(blocks) {
    blocks.forEach((block, n) => {
      const before = blocks[n - 1];
      const key = JSON.stringify([block, headingOf(block, before)]);
      if (shown[n] && shown[n].key === key) return;
      const made = { key, node: blockNode(block, before, at) };
      if (shown[n]) shown[n].node.replaceWith(made.node);
      else body.append(made.node);
      shown[n] = made;
    });
    shown.splice(blocks.length).forEach((gone) => gone.node.remove());
    turn.blocks = blocks;
  }

  function block(next) {
    if (next.generated) mark("AI 生成");
    if (next.kind !== "risk" || !shown.length) {
      show([...(turn.blocks || []), next]);
      return;
    }
    show(riskFirst([...turn.blocks, next]));
  }

  /** The model failed half way: what it wrote goes, the answer by quotations follows. */
  function withdrawn() {
    show((turn.blocks || []).filter((block) => !block.generated));
    if (label) label.remove();
    label = null;
  }

  function done(answer) {
    turn.answer = answer;
    start(answer);
    fill(progress);
    if (answer.generated) mark(origin(answer));
    show(blocksOf(answer));
    fill(foot);
    append(foot, [
      checkedNode(answer),
      chips("说清楚这几点，答得更准", answer.clarify, desk.fillIn, "clarify no-print"),
      chips("接着可以问", answer.suggestions, desk.ask, "suggest no-print"),
      tools(turn, desk),
      h("p", { class: "meta origin-foot" }, `${origin(answer)}，供参考，不代替法律意见`),
    ]);
  }

  function stopped() {
    fill(progress, h("p", { class: "note" }, shown.length ? "停下了。上面是停之前答出来的，不完整。" : "停下了，还没有答出来。"), again());
  }

  function failed(error) {
    fill(progress, failure(error), shown.length > 0 && h("p", { class: "note" }, "上面是断之前答出来的，不完整。"), again());
  }

  const again = () => h("p", { class: "row no-print" }, h("button", { type: "button", class: "button small", onclick: () => desk.again(turn) }, "再问一次"));
  return turn;
}
