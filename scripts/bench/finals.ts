import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../../__tests__/lab/contract.ts';
import type { Lab } from '../../__tests__/lab/lab.ts';
import { compare, inMs, loadText, sampleOf, table } from './measure.ts';
import { runBareBuild } from './overhead.ts';

interface FinalError {
  readonly name: string;
  readonly dockerfile: string;
  readonly faults?: readonly Fault[];
}

const WRONG_SUM = `sha256:${'0'.repeat(64)}`;
const FINAL: readonly FinalError[] = [
  { name: 'a step of the Dockerfile fails', dockerfile: 'FROM alpine:3.22\nRUN echo broken; exit 1\n' },
  { name: 'an unknown instruction', dockerfile: 'FROM alpine:3.22\nRUNN true\n' },
  { name: 'a file that is not there', dockerfile: 'FROM alpine:3.22\nCOPY missing /\n' },
  { name: 'an image that does not exist, of a healthy registry', dockerfile: 'FROM alpine:no-such-tag\nRUN true\n' },
  { name: 'a base without access to it', dockerfile: 'FROM ghcr.io/acme/no-access:1\nRUN true\n' },
  {
    name: 'a checksum that does not fit',
    dockerfile: `FROM alpine:3.22\nADD --checksum=${WRONG_SUM} https://www.google.com/generate_204 /\n`,
  },
  {
    name: 'a push that is refused with 403',
    dockerfile: 'FROM alpine:3.22\nRUN true\n',
    faults: [{ host: 'ghcr.io', fault: 'status', status: 403, body: 'json', path: '/blobs/uploads/' }],
  },
];

/** A build that is itself at fault, beside a bare `docker buildx build` with the same flags, in turn. */
export async function benchFinals(lab: Lab, runs: number): Promise<string> {
  const before = loadText();
  const rows: (readonly string[])[] = [];
  for (const error of FINAL) rows.push(await rowOf(lab, error, runs));
  await lab.faults([]);
  const text = table(['Error', 'answer', 'action', 'docker buildx build', 'overhead'], rows);
  return `## Final errors\n\nTarget: red after one attempt, less than 1 s later than the bare build. ${runs} runs of each; ${before} at the beginning, ${loadText()} at the end.\n\n${text}`;
}

async function rowOf(
  lab: Lab,
  { name, dockerfile, faults = [] }: FinalError,
  runs: number,
): Promise<readonly string[]> {
  const times = { action: [] as number[], bare: [] as number[] };
  const answers = new Set<string>();
  const cwd = join(lab.job.folder, 'final');
  // The first pair warms what does not belong to either.
  for (let run = 0; run <= runs; run++) {
    await lab.reset();
    await prepare();
    const action = await lab.run({
      cwd,
      inputs: {
        service: 'bench',
        image: 'ghcr.io/acme/bench',
        version: 'v1',
        push: 'true',
        'cache-local-path': join(lab.job.folder, 'cache'),
      },
    });
    await lab.reset();
    await prepare();
    const bare = await runBareBuild(lab, cwd);
    if (action.exitCode === 0 || bare.exitCode === 0) throw new Error(`${name}: no error\n${action.log}`);
    const { 'failure-class': kind, attempts } = action.outputs;
    answers.add(`${kind}, ${attempts} ${attempts === '1' ? 'attempt' : 'attempts'}`);
    if (run === 0) continue;
    times.action.push(action.durationMs);
    times.bare.push(bare.durationMs);
  }
  const { overhead } = compare(times.action, times.bare);
  return [name, [...answers].join(' or '), ...[sampleOf(times.action), sampleOf(times.bare), overhead].map(inMs)];

  async function prepare(): Promise<void> {
    await mkdir(cwd, { recursive: true });
    await writeFile(join(cwd, 'Dockerfile'), dockerfile);
    await lab.faults(faults);
  }
}
