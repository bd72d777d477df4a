import { scanDockerfile } from './scan.ts';
import { splitLines } from './spaces.ts';

/** A Dockerfile with lines put in, and which ones they are. */
export interface Inserted {
  readonly text: string;
  /** 1-based, of the new text. */
  readonly lines: readonly number[];
}

/**
 * Declares a build argument at the head of some stages, so that their commands can be given a value that the Dockerfile
 * did not provide for. The image does not change by it: an ARG is in nobody's configuration.
 *
 * @param stageLines where the stages' FROM instructions start, 1-based
 */
export function insertArgument(text: string, name: string, stageLines: readonly number[]): Inserted {
  const { instructions } = scanDockerfile(text);
  const before = instructions.flatMap((instruction, index) => {
    const previous = instructions[index - 1];
    return previous?.keyword === 'FROM' && stageLines.includes(previous.startLine) ? [instruction.startLine] : [];
  });
  const lines = splitLines(text);
  const isWindows = text.includes('\r\n');
  const inserted: number[] = [];
  const result = lines.flatMap((line, index) => {
    if (!before.includes(index + 1)) return [line];
    inserted.push(index + 1 + inserted.length);
    return [`ARG ${name}${isWindows ? '\r\n' : '\n'}`, line];
  });
  return { text: result.join(''), lines: inserted };
}

/** The line of the original that a line of the new text stands for. */
export function originalLine(line: number, inserted: readonly number[]): number {
  return line - inserted.filter((one) => one <= line).length;
}
