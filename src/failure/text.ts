/** As far as git looks for what no text holds (xdiff-interface.c `buffer_is_binary`). */
const lookedAt = 8000;

/** The text of a log: UTF-8, or UTF-16 behind its mark, as Windows PowerShell writes it; null where it is no text. */
export function textOf(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return bytes.subarray(0, lookedAt).includes(0) ? null : new TextDecoder('utf-8').decode(bytes);
}

// Everything that a terminal obeys, but line ends and tabs.
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Somebody else's text, fit for a terminal: it cannot move the cursor, nor change what stands there. */
export function withoutControls(text: string): string {
  return text.replace(obeyed, '');
}
