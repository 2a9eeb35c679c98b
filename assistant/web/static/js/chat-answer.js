// What an answer consists of: its parts in the order in which they are shown, and what they say as plain text.

/** The heading of a part that brings none of its own. */
export const HEADINGS = {
  law: "法律是这样写的",
  more: "还可能用得上",
  meaning: "这对您意味着",
  village: "村规民约怎么说",
  steps: "您可以这样做",
  papers: "要准备的材料",
  deadline: "别误了日子",
  where: "可以找谁",
  qa: "审定过的问答",
  case: "类似的调解",
  refusal: "这个问题我答不了",
  risk: "先顾安全",
};

/** Parts with what endangers somebody first, whatever order they came in. */
export const riskFirst = (blocks) => [
  ...blocks.filter((block) => block.kind === "risk"),
  ...blocks.filter((block) => block.kind !== "risk"),
];

/** Parts whose title is that of the thing they come from, and leads there. */
export const named = (block) => ["qa", "case", "village"].includes(block.kind) && block.title !== HEADINGS[block.kind];

/** What stands above a part: its own title, or that of its kind where another kind came before. */
export function headingOf(block, before) {
  if (named(block)) return before && before.kind === block.kind ? "" : HEADINGS[block.kind];
  const own = block.title || HEADINGS[block.kind] || "";
  if (!before || before.kind !== block.kind) return own;
  return block.title && block.title !== before.title ? block.title : "";
}

/** The parts of an answer. An answer without parts is taken apart as far as its lists allow. */
export function blocksOf(answer) {
  if ((answer.blocks || []).length) return riskFirst(answer.blocks);
  const blocks = (answer.risks || []).map((risk) => ({
    kind: "risk",
    title: risk.label,
    text: `您说到“${risk.evidence}”。${risk.advice}`,
    items: risk.phones.map((number) => `${number} ${(risk.phone_labels || {})[number] || ""}`),
    citations: [],
  }));
  if (answer.refused) {
    blocks.push({ kind: "refusal", text: answer.reason || answer.answer, items: answer.where || [] });
    return blocks;
  }
  const citations = answer.citations || [];
  const lines = answer.answer
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !/^(【|●|\d+[.、])|[：:]$/.test(line));
  const shown = [...citations.map((c) => c.quote), ...(answer.similar || []).map((s) => s.title)].filter(Boolean);
  // a quotation of several paragraphs stands on as many lines
  const told = lines.filter((line) => !shown.some((text) => line.includes(text) || text.includes(line.replace(/」$/, ""))));
  const closing = told.length > 1 ? told.pop() : "";
  if (told.length) blocks.push({ kind: "lead", text: told[0] });
  citations.forEach((c) => blocks.push({ kind: "law", citations: [c] }));
  told.slice(1).forEach((text) => blocks.push({ kind: "note", text }));
  if ((answer.where || []).length) blocks.push({ kind: "steps", items: answer.where });
  (answer.similar || []).forEach((s) => blocks.push({ kind: s.kind, title: s.title, text: s.text, source: s.id }));
  return closing ? [...blocks, { kind: "closing", text: closing }] : blocks;
}

export const bare = (line) => line.replace(/^\s*(?:[●·\-]|\d+[.、])\s*/, "");

/** What a quoted provision is about, as the part names it beside the address: '● 民法典第一条（立法目的）：…'. */
export function matterOf(block, address) {
  const at = (block.text || "").indexOf(`${address}（`);
  return at < 0 ? "" : (/^（([^（）]{1,30})）：/.exec(block.text.slice(at + address.length)) || ["", ""])[1];
}

/** The lines of a part; quotations with their address, numbers before steps. */
export function linesOf(block) {
  const lines = named(block) && block.title ? [block.title] : [];
  // of a quotation the address and the words are told below
  const told = ["law", "more"].includes(block.kind) && (block.citations || []).some((c) => block.text.includes(c.quote));
  if (block.text && !told) lines.push(...block.text.split("\n").filter((line) => line.trim()));
  (block.items || []).forEach((item, at) => lines.push(`${block.kind === "steps" ? `${at + 1}.` : "·"} ${bare(item)}`));
  if (["law", "more"].includes(block.kind))
    (block.citations || []).forEach((c) => {
      lines.push(`${c.address}：“${c.quote}”`);
      if (c.note) lines.push(`请注意：${c.note}`);
    });
  return lines;
}

/** [{kind, title, lines}] of an answer; the one form that copying, reading aloud and the image start from. */
export function sections(answer) {
  const blocks = blocksOf(answer);
  return blocks.map((block, at) => ({ kind: block.kind, title: headingOf(block, blocks[at - 1]), lines: linesOf(block) }));
}

/** The addresses that an answer rests on, each once. */
export const addresses = (answer) => Array.from(new Set((answer.citations || []).map((c) => c.address)));

/** 'AI 生成' where a model wrote part of it, else how it came about. */
export const origin = (answer) => (answer.generated ? answer.label || "AI 生成" : "程序摘编");

/** Question, answer and sources as text for the clipboard. */
export function asText(question, answer) {
  const body = sections(answer).map(({ title, lines }) => [title, ...lines].filter(Boolean).join("\n"));
  // what stands quoted above needs only its address below
  const told = body.join("\n");
  const sources = (answer.citations || []).map((c) => (told.includes(`${c.address}：“${c.quote}”`) ? c.address : `${c.address}：${c.quote}`));
  return [
    `问：${question}`,
    `答（${origin(answer)}）：`,
    ...body,
    sources.length ? `出处（按${answer.on}有效的法）：` : "",
    ...Array.from(new Set(sources)),
    "拿不准，打12348问律师，不要钱。",
  ]
    .filter(Boolean)
    .join("\n");
}
