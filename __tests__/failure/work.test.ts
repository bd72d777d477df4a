/*
 * A log is somebody else's text: no line of it may keep the diagnosis busy. Work cannot be counted from outside of a regular
 * expression, so each piece of it is done in a thread that is ended after a time that only explosive growth needs.
 */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { troublePhrases } from '../../src/failure/trouble.ts';
import { refusals } from '../../src/failure/finals.ts';
import { fetchers } from '../../src/failure/fetchers.ts';
import { voices } from '../../src/failure/voices.ts';
import type { Work } from './work.worker.ts';

const guardMs = 60_000;
/** A line is kept up to this length (`lines.ts`). */
const lineLength = 3000;

const thread = new Worker(new URL('./work.worker.ts', import.meta.url));
afterAll(() => thread.terminate());

/** True once the work is done; false if it was still going on after the guard's time. */
async function isDone(work: Work): Promise<boolean> {
  const signal = AbortSignal.timeout(guardMs);
  const answer = once(thread, 'message', { signal });
  thread.postMessage(work);
  try {
    await answer;
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** Every regular expression that is written down in the sources. */
function writtenPatterns(): readonly RegExp[] {
  const folder = path.join(import.meta.dirname, '../../src/failure');
  const found: RegExp[] = [];
  for (const name of readdirSync(folder)) {
    const file = ts.createSourceFile(name, readFileSync(path.join(folder, name), 'utf8'), ts.ScriptTarget.ESNext, true);
    const visit = (node: ts.Node): void => {
      const text = ts.isRegularExpressionLiteral(node) ? /^\/(.*)\/([a-z]*)$/s.exec(node.text) : null;
      if (text !== null) found.push(new RegExp(text[1] ?? '', text[2]));
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return found;
}

/** Those that are put together from parts. */
const builtPatterns: readonly RegExp[] = [
  ...troublePhrases.map((phrase) => phrase.when),
  ...refusals.map((mark) => mark.when),
  ...fetchers.map((fetcher) => fetcher.command),
  ...voices.map((voice) => voice.when),
];

const characters = [
  'a',
  'A',
  '0',
  ' ',
  '.',
  '/',
  '-',
  '_',
  ':',
  '\t',
  '"',
  "'",
  '|',
  '=',
  '>',
  '[',
  '(',
  '#',
  '\\',
  '@',
];
const pieces = ['e1', 'a.', 'a ', '0.', 'a/', 'a-', 'a:', 'a=b ', '--a ', 'x@y ', 'http://a.', 'sha256:'];

/** What a pattern looks for, repeated, and followed by what it may read on over. */
function attacksOn(pattern: RegExp): readonly string[] {
  const plain = pattern.source.replace(/\\[bBdDwWsSnt]/g, ' ').replace(/\\(.)/g, '$1');
  const words = [...new Set(plain.match(/[A-Za-z][\w :/."'-]{2,39}/g) ?? [])].slice(0, 60);
  const repeated = [...characters, ...pieces, ...words, ...words.map((word) => `${word} `)].map((seed) => fill(seed));
  const led = words.slice(0, 12).flatMap((word) => [...characters, ...pieces].map((seed) => word + fill(seed)));
  return [...repeated, ...[...repeated, ...led].map((text) => `${text}\u0001`)];
}

function fill(seed: string, length = lineLength): string {
  return seed.repeat(Math.ceil(length / seed.length)).slice(0, length);
}

test(
  'no pattern explodes on a long line',
  async () => {
    const patterns = [...writtenPatterns(), ...builtPatterns];
    const stuck: string[] = [];
    for (const pattern of patterns) {
      const work = {
        kind: 'pattern',
        source: pattern.source,
        flags: pattern.flags,
        texts: attacksOn(pattern),
      } as const;
      if (!(await isDone(work))) {
        stuck.push(pattern.source);
        break;
      }
    }
    expect(patterns.length).toBeGreaterThan(400);
    expect(stuck).toEqual([]);
  },
  guardMs * 3,
);

function failedRun(command: string, lines: readonly string[]): string {
  const error = `process "/bin/sh -c ${command}" did not complete successfully: exit code: 1`;
  return [`#9 [4/7] RUN ${command}`, ...lines.map((line) => `#9 1.5 ${line}`), `#9 ERROR: ${error}`].join('\n');
}

const seeds = [
  ...[
    ...characters,
    ...pieces,
    '> ',
    '| ',
    '=> ',
    '#1 ',
    '{"',
    'curl ',
    'dial tcp ',
    'error: ',
    'failed to ',
    'lookup ',
  ],
  ...[
    'Get "',
    'E: ',
    'npm ERR! ',
    'vendor/bin/',
    'sudo ',
    'proxyconnect tcp: ',
    '\u001b[',
    '&quot;',
    '12 | ',
    '[exec] ',
  ],
];
const report = 'error: failed to download https://a.b.example/x: connection timed out';
const many = 200_000;
const hugeLogs: Readonly<Record<string, () => string>> = {
  'a line without an end': () => fill('a', 1_000_000),
  'as many reports': () => Array.from({ length: many }, () => report).join('\n'),
  'as many lines of a step': () => Array.from({ length: many }, () => '#9 0.5 x').join('\n'),
  'as many steps': () => Array.from({ length: many }, (_, i) => `#${i + 1} [a ${i}/9] RUN x${i}`).join('\n'),
  'as many instructions': () => Array.from({ length: many }, () => 'Step 1/2 : RUN x').join('\n'),
  'as many blocks': () => Array.from({ length: many }, () => '------\n > [2/3] RUN x:').join('\n'),
  'as many last words': () => Array.from({ length: many }, () => 'ERROR: failed to solve: x').join('\n'),
};

test(
  'no log keeps the diagnosis busy',
  async () => {
    const logs = [
      ...seeds.map((seed) => fill(seed, 200_000)),
      ...seeds.map((seed) => failedRun('make', Array<string>(40).fill(fill(seed)))),
      ...seeds.map((seed) => failedRun(fill(seed, 20_000), Array<string>(40).fill(report))),
    ];
    const stuck: string[] = [];
    for (const text of logs)
      if (stuck.length === 0 && !(await isDone({ kind: 'log', text }))) stuck.push(text.slice(0, 80));
    for (const [name, make] of Object.entries(hugeLogs))
      if (stuck.length === 0 && !(await isDone({ kind: 'log', text: make() }))) stuck.push(name);
    expect(stuck).toEqual([]);
  },
  guardMs * 3,
);
