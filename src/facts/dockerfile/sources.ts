import { parse } from 'csv-parse/sync';

import { flagValue, flagValues, splitInstruction, type Instruction } from './instruction.ts';
import { expandWord } from './lexer.ts';
import type { DockerfileProblem } from './types.ts';

/** Where a COPY or a mount takes its files from: a stage or an image, which only the graph can tell. */
export interface Source {
  readonly kind: 'copy-from' | 'mount-from';
  /** The words after `from=`; a mount without any is from `scratch`, as in BuildKit. */
  readonly from: string;
  readonly line: number;
}

export interface Sources {
  readonly sources: readonly Source[];
  readonly problems: readonly DockerfileProblem[];
}

const nothing: Sources = { sources: [], problems: [] };

/**
 * What an instruction takes from other stages and images. Neither flag knows variables: BuildKit refuses them up to
 * today (dockerfile2llb/convert.go `toCommand`, instructions/commands_runmount.go `parseMount`).
 */
export function sourcesOf(instruction: Instruction, escape: string): Sources {
  switch (instruction.keyword) {
    case 'COPY':
      return copySource(instruction, escape);
    case 'RUN':
      return mountSources(instruction);
    default:
      return nothing;
  }
}

/** The instruction behind an ONBUILD; null if there is none. */
export function triggerOf(instruction: Instruction, escape: string): Instruction | null {
  if (instruction.keyword !== 'ONBUILD') return null;
  const { keyword, flags, rest } = splitInstruction(instruction.rest, escape);
  return keyword === '' ? null : { ...instruction, keyword, flags, rest };
}

function copySource(instruction: Instruction, escape: string): Sources {
  const from = flagValue(instruction, 'from') ?? '';
  if (from === '') return nothing;
  const expanded = expandWord(from, () => undefined, escape);
  if (expanded.kind === 'bad' || expanded.text !== from) {
    return { sources: [], problems: [variable(instruction, `--from=${from}`)] };
  }
  return { sources: [{ kind: 'copy-from', from, line: instruction.startLine }], problems: [] };
}

/** The type does not matter: BuildKit resolves the image of `type=cache,from=…` and even of `type=tmpfs,from=…`. */
function mountSources(instruction: Instruction): Sources {
  const sources: Source[] = [];
  const problems: DockerfileProblem[] = [];
  for (const mount of flagValues(instruction, 'mount')) {
    const fields = csvFields(mount);
    if (fields === null) problems.push(malformedMount(instruction, mount));
    const values = (fields ?? []).filter((field) => /^from=/i.test(field)).map((field) => field.slice('from='.length));
    const variables = values.filter((value) => /\$./s.test(value));
    problems.push(...variables.map((value) => variable(instruction, `from=${value}`)));
    const from = values.at(-1) ?? '';
    if (fields === null || variables.length > 0) continue;
    sources.push({ kind: 'mount-from', from: from === '' ? 'scratch' : from, line: instruction.startLine });
  }
  return { sources, problems };
}

/** The options, in any order; null if they do not parse. Of a repeated option the last counts. */
function csvFields(text: string): readonly string[] | null {
  try {
    const rows: readonly (readonly string[])[] = parse(text, { record_delimiter: '\n' });
    return rows[0] ?? [];
  } catch {
    return null;
  }
}

function variable(instruction: Instruction, text: string): DockerfileProblem {
  const message = 'BuildKit does not expand variables here: give the image a stage of its own (FROM image AS name)';
  return { kind: 'variable-in-from', line: instruction.startLine, text, message };
}

function malformedMount(instruction: Instruction, mount: string): DockerfileProblem {
  const message = 'the options of the mount are not a comma-separated list';
  return { kind: 'malformed-instruction', line: instruction.startLine, text: `--mount=${mount}`, message };
}
