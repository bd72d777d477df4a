/** A layer that is on its way to the builder. */
export interface Transfer {
  /** The number of its step. */
  readonly step: number;
  /** `sha256:…` */
  readonly digest: string;
  /** As plain progress rounds them, `20.97MB`. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** What a build's plain progress tells of its health. */
export interface SignsOfLife {
  /** Whether this output is a sign of life: everything but a download that still stands where it stood. */
  readonly isNews: (lines: string) => boolean;
  /** Layers that began to come and are not there. */
  readonly unfinished: () => readonly Transfer[];
  /** Whether a step unpacks a layer. */
  readonly isUnpacking: (step: number) => boolean;
}

/**
 * `#7 sha256:bbef97ad 0B / 1.06MB 10.4s`: BuildKit repeats what a download has come to every five seconds, also where
 * nothing comes any more (moby/buildkit util/progress/progressui/printer.go).
 */
const TRANSFER = /^#(\d+) (\S.*?) (\d+(?:\.\d+)?[kMGTP]?i?B) \/ (\S+B) \d+(?:\.\d+)?s( done)?$/;
const UNPACKING = /^#(\d+) extracting (sha256:\S+)(?: .*?)?( done)?$/;
const LAYER = /^sha256:[0-9a-f]{64}$/;

export function createSignsOfLife(): SignsOfLife {
  const reached = new Map<string, string>();
  const transfers = new Map<string, Transfer>();
  const unpacking = new Map<string, number>();

  function isNews(line: string): boolean {
    if (line === '') return false;
    noteUnpacking(line);
    const [, step = '', name = '', bytes = '', total = '', done] = TRANSFER.exec(line) ?? [];
    if (name === '') return true;
    const key = `${step} ${name}`;
    if (done !== undefined) {
      transfers.delete(key);
      return true;
    }
    if (LAYER.test(name)) {
      const amount = { doneBytes: bytesOf(bytes), totalBytes: bytesOf(total) };
      transfers.set(key, { step: Number(step), digest: name, ...amount });
    }
    const before = reached.get(key);
    reached.set(key, bytes);
    return before !== bytes;
  }

  function noteUnpacking(line: string): void {
    const [, step, layer, done] = UNPACKING.exec(line) ?? [];
    if (step === undefined || layer === undefined) return;
    if (done === undefined) unpacking.set(`${step} ${layer}`, Number(step));
    else unpacking.delete(`${step} ${layer}`);
  }

  return {
    isNews: (lines) => lines.split('\n').filter((line) => isNews(line.trimEnd())).length > 0,
    unfinished: () => [...transfers.values()],
    isUnpacking: (step) => [...unpacking.values()].includes(step),
  };
}

/** Powers of a thousand, as tonistiigi/units prints them. */
const UNITS = ['', 'k', 'M', 'G', 'T', 'P'];

function bytesOf(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([kMGTP]?)i?B$/.exec(text) ?? [];
  return Math.floor(Number(number ?? 0) * 1000 ** UNITS.indexOf(unit));
}
