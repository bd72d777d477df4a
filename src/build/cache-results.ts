import type { BuildLog, Step } from '../failure/types.ts';
import { readCacheEntry } from '../plan/cache-entry.ts';
import type { CacheChoice } from '../plan/plan.ts';
import type { CacheResult } from './record.ts';

/** What became of each cache on the line, read from the build's own steps. */
export function cacheResults(choices: readonly CacheChoice[], log: BuildLog | undefined): readonly CacheResult[] {
  return choices.flatMap((choice): readonly CacheResult[] => {
    if (choice.value === null) return [];
    const step = stepOf(choices, choice, log?.steps ?? []);
    return [{ backend: choice.backend, direction: choice.direction, ...resultOf(choice, step) }];
  });
}

/** Of several steps of one kind the one that names the choice's reference, else the one that stands at its place. */
function stepOf(choices: readonly CacheChoice[], choice: CacheChoice, steps: readonly Step[]): Step | undefined {
  const about = steps.filter((step) => isAbout(step, choice));
  const alike = choices.filter(
    ({ backend, direction, value }) => value !== null && backend === choice.backend && direction === choice.direction,
  );
  const references = readCacheEntry(choice.value ?? '').references;
  const named = about.find((step) => references.some((reference) => step.name.endsWith(` from ${reference}`)));
  return named ?? about[alike.indexOf(choice)];
}

/**
 * Steps are named after the exporters' `Name()` (BuildKit cache/remotecache) and, for imports, after the cache's identity:
 * `importing cache manifest from gha:1234`, `local:1234`, or a registry's reference (solver/llbsolver/bridge.go).
 */
function isAbout(step: Step, choice: CacheChoice): boolean {
  if (choice.direction === 'import') {
    if (step.kind !== 'import') return false;
    const source = step.name.replace(/^.*importing cache manifest from /, '');
    const backend = /^gha:\d/.test(source) ? 'gha' : /^local:\d/.test(source) ? 'local' : 'registry';
    return backend === choice.backend;
  }
  if (step.kind !== 'cache-export') return false;
  switch (choice.backend) {
    case 'gha':
      return /GitHub Actions Cache/.test(step.name);
    case 'local':
      return /client directory/.test(step.name);
    case 'registry':
      return /cache to registry/.test(step.name);
    case 'custom':
      return false;
  }
}

function resultOf(choice: CacheChoice, step: Step | undefined): Pick<CacheResult, 'result' | 'detail'> {
  if (step === undefined) return { result: 'unknown', detail: null };
  const detail = step.error ?? null;
  switch (step.state) {
    case 'done':
    case 'cached':
      return { result: choice.direction === 'import' ? 'found' : 'exported', detail };
    case 'error': {
      const missing = /not found|no such|not_found/i.test(detail ?? '');
      return { result: choice.direction === 'import' && missing ? 'empty' : 'failed', detail };
    }
    case 'running':
    case 'canceled':
      return { result: 'cut short', detail };
  }
}
