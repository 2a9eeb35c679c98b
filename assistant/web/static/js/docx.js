// Writes a Word file from plain lines, here in the browser: what a mediator has typed goes nowhere else.
import { crc32 } from "./crc.js";

const encoder = new TextEncoder();
const NS = "http://schemas.openxmlformats.org";

const escape = (text) =>
  text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]).replace(/[\u0000-\u0008\u000b-\u001f]/g, "");

const FONT = (face) => `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="${face}"/>`;

/** One paragraph: "title" centred in 小标宋 22 pt, "head" in 黑体 16 pt, else 仿宋 16 pt with the first line set in. */
function paragraph(text, kind) {
  const face = { title: "方正小标宋简体", head: "黑体" }[kind] || "仿宋";
  const size = kind === "title" ? 44 : 32;
  const indent = kind === "title" ? '<w:jc w:val="center"/>' : kind === "plain" ? "" : '<w:ind w:firstLineChars="200" w:firstLine="640"/>';
  return (
    `<w:p><w:pPr><w:spacing w:line="560" w:lineRule="exact"/>${indent}</w:pPr>` +
    `<w:r><w:rPr>${FONT(face)}<w:sz w:val="${size}"/><w:szCs w:val="${size}"/></w:rPr>` +
    `<w:t xml:space="preserve">${escape(text)}</w:t></w:r></w:p>`
  );
}

/** What a line of an agreement is, by how it begins. */
export function kindOf(line, at) {
  if (at === 0) return "title";
  if (/^[一二三四五六七八九十]+、/.test(line)) return "head";
  return line.trim() ? "body" : "plain";
}

function header(fields) {
  const size = fields.reduce((n, [width]) => n + width, 0);
  const view = new DataView(new ArrayBuffer(size));
  let at = 0;
  fields.forEach(([width, value]) => {
    if (width === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += width;
  });
  return new Uint8Array(view.buffer);
}

/** A zip whose members are stored as they are. */
function zip(members) {
  const parts = [];
  const index = [];
  let offset = 0;
  members.forEach(([name, text]) => {
    const data = encoder.encode(text);
    const path = encoder.encode(name);
    // version, flags (UTF-8 names), stored, time, date (1 January 1980), crc, sizes, name, no extra
    const common = [[2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 33], [4, crc32(data)], [4, data.length], [4, data.length], [2, path.length], [2, 0]];
    const local = header([[4, 0x04034b50], ...common]);
    parts.push(local, path, data);
    index.push(header([[4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), path);
    offset += local.length + path.length + data.length;
  });
  const length = index.reduce((n, part) => n + part.length, 0);
  const end = header([[4, 0x06054b50], [2, 0], [2, 0], [2, members.length], [2, members.length], [4, length], [4, offset], [2, 0]]);
  return [...parts, ...index, end];
}

/** Return a Word file, A4 with the margins of an official document, of the lines of `text`. */
export function toDocx(text) {
  const lines = text.replace(/\s+$/, "").split("\n");
  const body = lines.map((line, at) => paragraph(line, kindOf(line, at))).join("");
  const section = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>';
  const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  return new Blob(
    zip([
      [
        "[Content_Types].xml",
        `${xml}<Types xmlns="${NS}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${type}.main+xml"/></Types>`,
      ],
      [
        "_rels/.rels",
        `${xml}<Relationships xmlns="${NS}/package/2006/relationships"><Relationship Id="rId1" Type="${NS}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
      ],
      ["word/document.xml", `${xml}<w:document xmlns:w="${NS}/wordprocessingml/2006/main"><w:body>${body}${section}</w:body></w:document>`],
    ]),
    { type },
  );
}
