/** The value of a JSON text from outside; null when it is none. Errors are dropped: they quote the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
