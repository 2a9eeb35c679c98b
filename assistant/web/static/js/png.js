// Words inside a PNG that the picture doesn't show: who made it, and whether a model did.
import { crc32 } from "./crc.js";

const encoder = new TextEncoder();
const HEAD = 8 + 25; // signature and IHDR, which must come first

function number(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** An iTXt chunk: keyword (Latin letters), then the text in UTF-8, not compressed. */
function chunk(keyword, text) {
  const body = encoder.encode(`iTXt${keyword}\0\0\0\0\0${text}`);
  return [number(body.length - 4), body, number(crc32(body))];
}

/** Return the PNG with the given words in it: {keyword: text}. */
export async function withWords(png, words) {
  const bytes = await png.arrayBuffer();
  const chunks = Object.entries(words).map(([keyword, text]) => chunk(keyword, text));
  return new Blob([bytes.slice(0, HEAD), ...[].concat(...chunks), bytes.slice(HEAD)], { type: "image/png" });
}
