import { shellLine } from '../plan/argv.ts';

/** A command line as a person can read and paste it: an option a line. */
export function shellLines(argv: readonly string[]): readonly string[] {
  const groups: string[][] = [[]];
  for (const [index, word] of argv.entries()) {
    const isLast = index === argv.length - 1;
    if (word.startsWith('--') || (isLast && groups.length > 1)) groups.push([word]);
    else groups.at(-1)?.push(word);
  }
  const lines = groups.map((words) => shellLine(words));
  return lines.map((line, index) => `${index === 0 ? '' : '  '}${line}${index === lines.length - 1 ? '' : ' \\'}`);
}
