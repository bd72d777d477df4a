import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateCase } from '../differential/generate.ts';
import { observe, readSide } from '../differential/observe.ts';
import { seededRandom } from '../differential/random.ts';
import { startEmptyServices } from '../differential/services.ts';
import { compare, inMs, sampleOf, table } from './measure.ts';

/** Seeds of the steps; the ones that the original refuses are passed over. */
const FIRST = 7_000_000;

/**
 * Time from the process's start to the start of buildx, probes included, beside docker/build-push-action: the same
 * generated steps in turn, with a stand-in for docker.
 * @param checkout a checkout of docker/build-push-action with its dist/
 */
export async function benchBeside(checkout: string, runs: number): Promise<string> {
  const services = await startEmptyServices();
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-beside-'));
  const original = await readSide(path.join(checkout, 'action.yml'));
  const ours = await readSide('action.yml');
  const times = { original: [] as number[], ours: [] as number[] };
  try {
    for (let number = 1; times.ours.length <= runs; number++) {
      const one = generateCase(number, seededRandom(FIRST + number), services.host);
      const theirs = await observe(original, one, path.join(folder, 'original'));
      const own = await observe(ours, one, path.join(folder, 'ours'));
      if (theirs.startSeconds === null || own.startSeconds === null) continue;
      times.original.push(theirs.startSeconds * 1000);
      times.ours.push(own.startSeconds * 1000);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    await services.stop();
  }
  // The first pair warms the disk cache.
  const [a, b] = [times.original.slice(1), times.ours.slice(1)];
  const rows = [
    ['docker/build-push-action', inMs(sampleOf(a))],
    ['here', inMs(sampleOf(b))],
  ];
  const ratio = compare(b, a).ratio.median.toFixed(2);
  const text = table(['From the start of the step to the start of buildx', `${a.length} generated steps`], rows);
  return `## Beside docker/build-push-action\n\nTarget: not later than the original, probes included. Ratio: ${ratio}.\n\n${text}`;
}
