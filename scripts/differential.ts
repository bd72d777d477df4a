/*
 * docker/build-push-action and this action side by side: `npm run test:differential -- CHECKOUT [--count 500] [--seed 1]
 * [--only NUMBER] [--ours dist/index.js] [--jobs 4] [--verbose]`. CHECKOUT is a checkout of docker/build-push-action with its dist/.
 * Both run the same generated steps with a stand-in for docker; lines, exit codes and outputs must be equal. Ends with 1
 * if a difference is not explained.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Case, Observed } from './differential/case.ts';
import { compare, withoutMixedLines, type Difference } from './differential/compare.ts';
import { generateCase } from './differential/generate.ts';
import { observe, readSide, type Side } from './differential/observe.ts';
import { seededRandom } from './differential/random.ts';
import { startEmptyServices } from './differential/services.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { values, positionals } = parseArgs({
  options: {
    count: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    ours: { type: 'string', default: path.join(root, 'dist/index.js') },
    jobs: { type: 'string', default: '4' },
    verbose: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const [checkout] = positionals;

interface Outcome {
  readonly one: Case;
  readonly original: Observed;
  readonly ours: Observed;
  readonly differences: readonly Difference[];
}

if (checkout === undefined) {
  console.error(
    'usage: npm run test:differential -- CHECKOUT_OF_BUILD_PUSH_ACTION [--count 500] [--seed 1] [--only NUMBER]',
  );
  process.exitCode = 2;
} else {
  process.exitCode = await main(checkout);
}

async function main(original: string): Promise<number> {
  const seed = Number(values.seed);
  const numbers =
    values.only === undefined
      ? Array.from({ length: Number(values.count) }, (_, index) => index + 1)
      : [Number(values.only)];
  const services = await startEmptyServices();
  const folder = await mkdtemp(path.join(tmpdir(), 'differential-'));
  const sides = [
    await readSide(path.join(original, 'action.yml')),
    await readSide(path.join(root, 'action.yml'), path.resolve(values.ours)),
  ] as const;
  const outcomes: Outcome[] = [];
  try {
    const left = [...numbers];
    const worker = async (name: number): Promise<void> => {
      for (let number = left.shift(); number !== undefined; number = left.shift()) {
        const one = generateCase(number, seededRandom(seed * 1_000_003 + number), services.host);
        const outcome = await runBoth(one, sides, path.join(folder, String(name)));
        outcomes.push(outcome);
        report(outcome);
      }
    };
    await Promise.all(Array.from({ length: Number(values.jobs) }, async (_, name) => await worker(name)));
  } finally {
    await rm(folder, { recursive: true, force: true });
    await services.stop();
  }
  return conclude(outcomes);
}

/** Runs a step on both sides; where a list mixes line ends, the original is also given it with one kind of them. */
async function runBoth(one: Case, [theirs, own]: readonly [Side, Side], folder: string): Promise<Outcome> {
  const [original, ours] = await Promise.all([observe(theirs, one, `${folder}-0`), observe(own, one, `${folder}-1`)]);
  const differences = compare(one, original, ours);
  const straight = withoutMixedLines(one);
  if (straight === null || differences.every(({ explanation }) => explanation !== null))
    return { one, original, ours, differences };
  const left = compare(straight, await observe(theirs, straight, `${folder}-0`), ours);
  const explanation = 'a list mixes CRLF and LF, which the original splits at one of them';
  const explained = differences.map((difference) => ({
    ...difference,
    explanation: difference.explanation ?? explanation,
  }));
  return { one, original, ours, differences: left.every((one) => one.explanation !== null) ? explained : left };
}

function report({ one, original, ours, differences }: Outcome): void {
  const unexplained = differences.filter(({ explanation }) => explanation === null);
  if (values.verbose)
    console.log(JSON.stringify(one, null, 1), '\n--- original\n', original.log, '\n--- ours\n', ours.log);
  if (unexplained.length === 0) return;
  console.log(`case ${one.number} (all of it: --seed ${values.seed} --only ${one.number} --verbose)`);
  for (const { what, original: a, ours: b } of unexplained)
    console.log(`  ${what}\n    original ${a}\n    ours     ${b}`);
}

function conclude(outcomes: readonly Outcome[]): number {
  const all = outcomes.flatMap(({ one, differences }) =>
    differences.map((difference) => ({ ...difference, number: one.number })),
  );
  const unexplained = new Set(all.filter(({ explanation }) => explanation === null).map(({ number }) => number));
  const reasons = new Map<string, Set<number>>();
  for (const { explanation, number } of all) {
    if (explanation !== null) reasons.set(explanation, (reasons.get(explanation) ?? new Set()).add(number));
  }
  const count = (is: (ours: Observed) => boolean): number => outcomes.filter(({ ours }) => is(ours)).length;
  const built = outcomes.filter(({ original }) => original.argv !== null);
  console.log(
    `${outcomes.length} cases (seed ${values.seed}): ${built.length} with a build, ${outcomes.length - built.length} refused by the original, ${count(({ annotations }) => annotations.length > 0)} annotated, ${count(({ masks }) => masks.length > 0)} with secrets`,
  );
  console.log(
    `${unexplained.size} with an unexplained difference${unexplained.size === 0 ? '' : `: ${[...unexplained].join(', ')}`}`,
  );
  for (const [reason, numbers] of reasons) console.log(`${numbers.size} explained: ${reason}`);
  const median = (pick: (outcome: Outcome) => number | null): string => {
    const sorted = built
      .map(pick)
      .filter((value) => value !== null)
      .toSorted((a, b) => a - b);
    return (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(2);
  };
  const slowest = outcomes.toSorted((a, b) => b.ours.seconds - a.ours.seconds).slice(0, 5);
  console.log(
    `slowest of ours: ${slowest.map(({ one, ours }) => `case ${one.number} ${ours.seconds.toFixed(1)} s`).join(', ')}`,
  );
  console.log(
    `start to buildx, median: original ${median(({ original }) => original.startSeconds)} s, ours ${median(({ ours }) => ours.startSeconds)} s`,
  );
  return unexplained.size === 0 ? 0 : 1;
}
