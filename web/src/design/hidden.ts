/**
 * Characters that nobody sees, written out: `⟦U+200B⟧`, `⟦U+200B ×3⟧`, and what is spelt in tag characters as
 * `⟦hidden: …⟧`. The server marks its own sentences the same way; values come as they are and are marked here.
 */

/** First and last of each range of hidden characters. */
const HIDDEN: readonly (readonly [number, number])[] = [
  [0x00, 0x08],
  [0x0b, 0x0c],
  [0x0e, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0d],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe007f],
  [0xe0100, 0xe01ef],
];

const JOINER = 0x200d;
const MARK = /(⟦[^⟧]*⟧)/;

/** The text with its hidden characters written out. */
export function visible(text: string): string {
  const codes = Array.from(text, (char) => char.codePointAt(0) ?? 0);
  if (!codes.some(isHidden)) {
    return text;
  }
  let shown = "";
  let run: number[] = [];
  codes.forEach((code, at) => {
    const unseen = isHidden(code) && !joins(codes, at);
    const last = run.at(-1);
    if (unseen && (last === undefined || last === code || (isTag(last) && isTag(code)))) {
      run.push(code);
      return;
    }
    shown += writtenOut(run);
    run = unseen ? [code] : [];
    shown += unseen ? "" : String.fromCodePoint(code);
  });
  return shown + writtenOut(run);
}

/** The parts of a text, and which of them stand for what cannot be seen. */
export function visibleParts(text: string): { text: string; mark: boolean }[] {
  const parts = visible(text).split(MARK);
  return parts.map((part, at) => ({ text: part, mark: at % 2 === 1 })).filter((part) => part.text !== "");
}

function isHidden(code: number): boolean {
  return HIDDEN.some(([first, last]) => code >= first && code <= last);
}

/** A joiner inside an emoji is part of a picture. */
function joins(codes: number[], at: number): boolean {
  return codes[at] === JOINER && isPicture(codes[at - 1]) && isPicture(codes[at + 1]);
}

function isPicture(code: number | undefined): boolean {
  return (
    code !== undefined &&
    ((code >= 0x2190 && code <= 0x2bff) || code === 0xfe0f || (code >= 0x1f000 && code <= 0x1faff))
  );
}

function isTag(code: number): boolean {
  return code >= 0xe0020 && code <= 0xe007e;
}

function writtenOut(run: number[]): string {
  const [first] = run;
  if (first === undefined) {
    return "";
  }
  const spelt = run.filter(isTag).map((code) => String.fromCodePoint(code - 0xe0000));
  if (spelt.length > 0) {
    return `⟦hidden: ${spelt.join("")}⟧`;
  }
  const name = `U+${first.toString(16).toUpperCase().padStart(4, "0")}`;
  return run.length === 1 ? `⟦${name}⟧` : `⟦${name} ×${run.length}⟧`;
}
