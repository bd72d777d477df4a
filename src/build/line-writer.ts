/** Passes on complete lines only, so that a secret cannot slip through in two halves. */
export interface LineWriter {
  readonly push: (chunk: string) => void;
  /** Passes on what is left without a line end. */
  readonly end: () => void;
}

/** A line without an end is passed on after this many characters: a progress bar may never end its line. */
const MAX_PENDING = 64 * 1024;
/** It is parted where it has a gap, so that no word of it, such as a token, is; one without gaps gets this long. */
const MAX_WORD = 256 * 1024;

export function createLineWriter(write: (lines: string) => void): LineWriter {
  let pending = '';
  return {
    push(chunk) {
      pending += chunk;
      const end = pending.lastIndexOf('\n') + 1;
      if (end > 0) {
        write(pending.slice(0, end));
        pending = pending.slice(end);
      }
      if (pending.length > MAX_PENDING) {
        const gap = /\s(?=\S*$)/.exec(pending)?.index;
        const cut = gap === undefined ? (pending.length > MAX_WORD ? pending.length : 0) : gap + 1;
        if (cut > 0) write(pending.slice(0, cut));
        pending = pending.slice(cut);
      }
    },
    end() {
      if (pending !== '') write(`${pending}\n`);
      pending = '';
    },
  };
}
