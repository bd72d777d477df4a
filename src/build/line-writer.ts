/** Passes on complete lines only, so that a secret cannot slip through in two halves. */
export interface LineWriter {
  readonly push: (chunk: string) => void;
  /** Passes on what is left without a line end. */
  readonly end: () => void;
}

/** A line without an end is passed on after this many characters: a progress bar may never end its line. */
const MAX_PENDING = 64 * 1024;

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
        write(pending);
        pending = '';
      }
    },
    end() {
      if (pending !== '') write(`${pending}\n`);
      pending = '';
    },
  };
}
