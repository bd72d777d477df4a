import { withoutCommands } from '../report/clean.ts';

/** The log of a workflow step, in which the runner takes some lines for orders. */
export interface RunnerLog {
  /** Lines of our own: nothing in them is taken for an order, whoever's words they quote. */
  readonly lines: (text: string) => void;
  /** Between these two the runner takes nothing for an order, and text goes out as it is. */
  readonly beginOutput: () => void;
  readonly output: (text: string) => void;
  readonly endOutput: () => void;
  /** Speaks to the runner, also in the middle of a build's output. */
  readonly withCommands: (speak: () => void) => void;
}

/**
 * @param write to the step's standard output
 * @param clean hides what must not be read
 * @param token that nobody can guess: who says it makes the runner listen again
 */
export function createRunnerLog(
  write: (text: string) => void,
  clean: (text: string) => string,
  token: string,
): RunnerLog {
  let isStopped = false;
  let atLineStart = true;

  function put(text: string): void {
    if (text === '') return;
    write(text);
    atLineStart = /[\r\n]$/.test(text);
  }
  /** The runner hears an order at the start of a line only, and what a build leaves may be half a line. */
  function order(text: string): void {
    put(`${atLineStart ? '' : '\n'}${text}\n`);
  }
  function beginOutput(): void {
    isStopped = true;
    order(`::stop-commands::${token}`);
  }
  function endOutput(): void {
    isStopped = false;
    order(`::${token}::`);
  }
  function output(text: string): void {
    put(isStopped ? clean(text) : withoutOrders(clean(text)));
  }

  return {
    lines: (text) => output(`${text}\n`),
    beginOutput,
    output,
    endOutput,
    withCommands: (speak) => {
      const wasStopped = isStopped;
      if (wasStopped) endOutput();
      else if (!atLineStart) put('\n');
      speak();
      if (wasStopped) beginOutput();
    },
  };
}

/** A carriage return ends a line for the runner as well. */
function withoutOrders(text: string): string {
  return text
    .split(/(\r\n|\r|\n)/)
    .map(withoutCommands)
    .join('');
}
