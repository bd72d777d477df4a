import { parseReference } from '../../registry/reference.ts';
import { argumentsOf } from './declarations.ts';
import { flagValue, jsonForm, plainWords, type Instruction } from './instruction.ts';
import type { Scan } from './scan.ts';
import type { Declaration, DockerfileProblem } from './types.ts';

/** One FROM with what follows it, before any substitution. */
export interface Stage {
  readonly index: number;
  readonly line: number;
  /** In lower case. */
  readonly name: string | null;
  readonly base: string;
  readonly platform: string | null;
  readonly commands: readonly Instruction[];
}

export interface StageList {
  readonly globalArguments: readonly Declaration[];
  readonly stages: readonly Stage[];
  readonly problems: readonly DockerfileProblem[];
}

const keywords: ReadonlySet<string> = new Set(
  (
    'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME ' +
    'WORKDIR'
  ).split(' '),
);
/** Instructions that take a JSON array (parser/parser.go `dispatch`). */
const takesJson: ReadonlySet<string> = new Set('ADD CMD COPY ENTRYPOINT RUN SHELL VOLUME'.split(' '));
const stageName = /^[a-z][a-z0-9-_.]*$/;

/** Groups instructions into stages (BuildKit frontend/dockerfile/instructions/parse.go `Parse`). */
export function stagesOf(scan: Scan): StageList {
  const globalArguments: Declaration[] = [];
  const stages: (Stage & { readonly commands: Instruction[] })[] = [];
  const problems: DockerfileProblem[] = [];

  for (const instruction of scan.instructions) {
    const current = stages.at(-1);
    if (takesJson.has(instruction.keyword) && jsonForm(instruction.rest).kind === 'mixed')
      problems.push(mixedArray(instruction));
    if (!keywords.has(instruction.keyword)) problems.push(unknownInstruction(instruction));
    else if (instruction.keyword === 'FROM') stages.push(readFrom(instruction, stages.length, problems));
    else if (current !== undefined) current.commands.push(instruction);
    else if (instruction.keyword === 'ARG') globalArguments.push(...argumentsOf(instruction, scan.escape));
    else problems.push(beforeFrom(instruction));
  }
  return { globalArguments, stages, problems };
}

/** A name must also parse as an image, for the look-up of contexts (frontend/dockerui/config.go `NamedContext`). */
function isStageName(name: string): boolean {
  return stageName.test(name) && (name === 'scratch' || name === 'context' || parseReference(name).kind === 'parsed');
}

/** `parseFrom` and `parseBuildStageName`: one word, or three with AS in the middle. */
function readFrom(
  instruction: Instruction,
  index: number,
  problems: DockerfileProblem[],
): Stage & { readonly commands: Instruction[] } {
  const words = plainWords(instruction.rest);
  const [base = '', as = ''] = words;
  const named = words.length === 3 && as.toLowerCase() === 'as';
  const name = named ? (words[2]?.toLowerCase() ?? null) : null;
  if (words.length !== 1 && !named) problems.push(malformedFrom(instruction));
  if (name !== null && !isStageName(name)) problems.push(invalidName(instruction, name));
  const platform = flagValue(instruction, 'platform');
  return { index, line: instruction.startLine, name, base, platform: platform === '' ? null : platform, commands: [] };
}

function unknownInstruction({ keyword, startLine, line }: Instruction): DockerfileProblem {
  return { kind: 'unknown-instruction', line: startLine, text: line, message: `unknown instruction: ${keyword}` };
}

function beforeFrom({ keyword, startLine, line }: Instruction): DockerfileProblem {
  const message = `only ARG may stand before the first FROM, not ${keyword}`;
  return { kind: 'instruction-before-from', line: startLine, text: line, message };
}

function mixedArray({ startLine, line }: Instruction): DockerfileProblem {
  const message = 'a JSON array may hold strings only';
  return { kind: 'malformed-instruction', line: startLine, text: line, message };
}

function malformedFrom({ startLine, line }: Instruction): DockerfileProblem {
  const message = 'FROM requires either one or three arguments: an image, and perhaps AS with a name';
  return { kind: 'malformed-instruction', line: startLine, text: line, message };
}

function invalidName({ startLine, line }: Instruction, name: string): DockerfileProblem {
  const message = `"${name}" cannot name a stage: it starts with a letter and ends with a letter or digit, with letters, digits and single - _ . between`;
  return { kind: 'invalid-stage-name', line: startLine, text: line, message };
}
