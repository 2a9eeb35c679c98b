// Risks and the numbers to call. Shown before anything else, wherever they are found.
import { h, icon } from "./dom.js";
import { sourceChip } from "./sheet.js";

const NAMES = {
  110: "报警",
  120: "急救",
  119: "火警",
  12348: "法律援助",
  12338: "妇女维权",
  12355: "青少年服务",
  12356: "心理援助",
  12345: "政务服务",
};

export function phoneLinks(numbers, labels) {
  return h(
    "p",
    { class: "phones" },
    numbers.map((number) =>
      h("a", { href: `tel:${number}` }, icon("phone"), number, h("small", null, (labels || {})[number] || NAMES[number] || "")),
    ),
  );
}

/** The banner, or null when there is no risk. */
export function riskBanner(risks, on, mediable = true, reason = "") {
  if (!risks || !risks.length) return null;
  return h(
    "section",
    { class: "risk", role: "alert" },
    h("h2", null, icon("warn"), mediable ? " 先处理风险" : " 先处理风险，眼下不能调解"),
    reason && h("p", null, reason),
    h(
      "ul",
      null,
      risks.map((risk) =>
        h(
          "li",
          null,
          h("h3", null, risk.label || risk.kind),
          risk.evidence && h("p", { class: "evidence" }, `文中说：“${risk.evidence}”`),
          risk.advice && h("p", null, risk.advice),
          phoneLinks(risk.phones || [], risk.phone_labels),
          (risk.basis || []).length > 0 && h("p", { class: "sources" }, risk.basis.map((a) => sourceChip(a, on))),
        ),
      ),
    ),
  );
}

/** The hotlines that a text names, each once. */
export const numbersIn = (text) => Array.from(new Set(text.match(/\d{3,}/g) || [])).filter((number) => NAMES[number]);

/** Turn phone numbers in a line of text into links: 12348, 110 … */
export function withPhones(text) {
  return text.split(/(\d{3,})/).map((piece) => (NAMES[piece] ? h("a", { href: `tel:${piece}` }, piece) : piece));
}
