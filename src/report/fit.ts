/** The line that leads to the build record is written behind a summary, by the same step. */
const RESERVE_BYTES = 4096;
/** GitHub drops a step's whole summary where it is larger than 1 MiB. */
export const SUMMARY_LIMIT_BYTES = 1024 * 1024 - RESERVE_BYTES;

const NOTE = '_The rest is left out: GitHub shows no more than 1 MiB a step. The log has it all._';

/**
 * Cuts a summary to a number of UTF-8 bytes at the end of a line, so that it stays valid markdown: an open code block and
 * open folded sections are closed, and a note says that something is missing.
 */
export function fitSummary(text: string, limitBytes: number = SUMMARY_LIMIT_BYTES): string {
  if (Buffer.byteLength(text) <= limitBytes) return text;
  const lines = text.split('\n');
  let bytes = 0;
  let open: Open = { fence: null, folds: 0 };
  let kept = 0;
  for (const [index, line] of lines.entries()) {
    bytes += Buffer.byteLength(line) + 1;
    open = after(open, line);
    if (bytes + Buffer.byteLength(ending(open)) > limitBytes) break;
    kept = index + 1;
  }
  const head = lines.slice(0, kept);
  const whole = `${head.map((line) => `${line}\n`).join('')}${ending(head.reduce(after, { fence: null, folds: 0 }))}`;
  return Buffer.byteLength(whole) <= limitBytes ? whole : '';
}

interface Open {
  /** The backticks that close the code block, or null outside of one. */
  readonly fence: string | null;
  readonly folds: number;
}

function after(open: Open, line: string): Open {
  if (open.fence !== null) return line === open.fence ? { ...open, fence: null } : open;
  const ticks = /^(`{3,})[^`]*$/.exec(line)?.[1];
  if (ticks !== undefined) return { ...open, fence: ticks };
  if (line.startsWith('<details>')) return { ...open, folds: open.folds + 1 };
  return line === '</details>' ? { ...open, folds: open.folds - 1 } : open;
}

function ending(open: Open): string {
  return `${open.fence === null ? '' : `${open.fence}\n`}${'\n</details>\n'.repeat(open.folds)}\n${NOTE}\n`;
}
