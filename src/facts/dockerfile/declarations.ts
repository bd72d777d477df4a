import { quotedWords, type Instruction } from './instruction.ts';
import type { Declaration } from './types.ts';

/** The names that an ARG declares, a name without value being null (BuildKit instructions/parse.go `parseArg`). */
export function argumentsOf(instruction: Instruction, escape: string): readonly Declaration[] {
  return quotedWords(instruction.rest, escape).map((word) => {
    const equals = word.indexOf('=');
    const line = instruction.startLine;
    if (equals === -1) return { name: word, value: null, line };
    return { name: word.slice(0, equals), value: word.slice(equals + 1), line };
  });
}

/** The names that an ENV sets, in both its forms, `A=1 B=2` and `A 1` (parser/line_parsers.go `parseNameVal`). */
export function environmentOf(instruction: Instruction, escape: string): readonly Declaration[] {
  const line = instruction.startLine;
  const words = quotedWords(instruction.rest, escape);
  const first = words[0];
  if (first === undefined) return [];
  if (!first.includes('=')) {
    const [name = '', ...value] = instruction.rest.split(/([\t\v\f\r ]+)/);
    return [{ name, value: value.slice(1).join(''), line }];
  }
  return words
    .filter((word) => word.includes('='))
    .map((word) => ({ name: word.slice(0, word.indexOf('=')), value: word.slice(word.indexOf('=') + 1), line }));
}
