import { createLogReader } from '../failure/progress.ts';
import type { BuildLog } from '../failure/types.ts';
import type { CacheChoice, Plan } from '../plan/plan.ts';
import type { CacheResult } from './record.ts';
import type { AttemptPorts } from './attempt.ts';
import { cacheResults } from './cache-results.ts';
import { runBuild } from './run-build.ts';
import type { EndReason } from './watchdog.ts';

/** Options that have a value and belong to a result, which this time there is none of. */
const OF_RESULTS = ['--output', '--tag', '--iidfile', '--metadata-file', '--annotation', '--attest', '--cache-from'];
const FLAGS = ['--push', '--load'];

/**
 * The build's line with its cached steps as their only aim: what stays is written to the caches. Null where there is
 * nothing to write, or where the steps would not come out of the builder's own cache.
 */
export function exportLine(plan: Plan, written: readonly CacheChoice[]): readonly string[] | null {
  const isWanted = ({ direction, value }: CacheChoice): boolean => direction === 'export' && value !== null;
  const left = plan.caches.filter((cache) => isWanted(cache) && !written.includes(cache));
  if (left.length === 0 || plan.argv.includes('--no-cache') || plan.argv.includes('--no-cache-filter')) return null;
  const dropped = new Set(written.map(({ value }) => value));
  const words: string[] = [];
  for (let index = 0; index < plan.argv.length; index++) {
    const [word = '', value = ''] = plan.argv.slice(index);
    const isOfResult = OF_RESULTS.includes(word) || (word === '--cache-to' && dropped.has(value));
    if (isOfResult) index++;
    else if (!FLAGS.includes(word)) words.push(word);
  }
  const context = words.pop() ?? '.';
  return [...words, '--output', 'type=cacheonly', context];
}

/** Said of a cache that was not written, because the steps might have had to be executed for it. */
const NOT_WRITTEN = 'the build ended with its push, before it came to its caches';

/**
 * Writes the caches of a build whose push failed and was repeated: BuildKit exports them behind the push, and not at all
 * behind one that failed. Gives back what became of all caches of the plan.
 */
export async function cachesAfterPush(
  plan: Plan,
  log: BuildLog,
  timeoutMs: number,
  ports: AttemptPorts,
): Promise<readonly CacheResult[]> {
  const asked = plan.caches.filter(({ value }) => value !== null);
  const first = cacheResults(asked, log);
  const written = asked.filter((_, index) => first[index]?.result === 'exported');
  const left = asked.filter((cache) => cache.direction === 'export' && !written.includes(cache));
  const argv = exportLine(plan, written);
  const later = argv === null ? null : cacheResults(left, await exportCaches(argv, plan, timeoutMs, ports));
  return first.map((result, index) => {
    const place = left.findIndex((cache) => cache === asked[index]);
    if (place < 0) return result;
    const { direction, backend } = result;
    return later?.[place] ?? { direction, backend, result: 'failed', detail: NOT_WRITTEN };
  });
}

/** Nothing is built for the caches' sake: it ends as soon as a program would run. Gives back its log. */
async function exportCaches(
  argv: readonly string[],
  plan: Plan,
  timeoutMs: number,
  ports: AttemptPorts,
): Promise<BuildLog> {
  const reader = createLogReader();
  ports.write('writing the caches, for which the build had no time before its push failed\n');
  let wasRunning = false;
  const watch = (): EndReason | null => {
    const isRunning = reader.snapshot().steps.some(({ kind, state }) => kind === 'run' && state === 'running');
    // A step that is cached is one for a moment as well.
    const runs = isRunning && wasRunning;
    wasRunning = isRunning;
    return runs ? 'cache-export' : null;
  };
  await runBuild({
    argv,
    env: { ...ports.env, ...plan.env },
    cwd: ports.cwd,
    deadlineMs: timeoutMs,
    watch,
    signal: ports.signal,
    onOutput: (stream, text) => {
      if (stream === 'stderr') reader.push(text);
      ports.write(text);
    },
  });
  return reader.snapshot();
}
