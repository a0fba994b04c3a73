/** What a file holds as a text, or the line of the first byte that belongs to none. */
export type FileText = { text: string } | { line: number };

/** Reads bytes as UTF-8: what is none is told and not replaced, so that nothing else is imported than what was sent. */
export function fileText(bytes: Uint8Array): FileText {
  const strict = new TextDecoder("utf-8", { fatal: true });
  try {
    return { text: strict.decode(bytes) };
  } catch {
    let line = 1;
    for (const part of lines(bytes)) {
      try {
        strict.decode(part);
      } catch {
        return { line };
      }
      line += 1;
    }
    return { line };
  }
}

function* lines(bytes: Uint8Array): Generator<Uint8Array> {
  let from = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    yield bytes.subarray(from, end);
    from = end + 1;
  }
  yield bytes.subarray(from);
}
