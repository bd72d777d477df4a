import type { CacheChoice, Plan } from '../plan/plan.ts';
import { code, prose, table } from './markdown.ts';
import type { CacheResult } from '../build/record.ts';
import type { Result } from './result.ts';
import { size } from './words.ts';

/** `Caches (local, gha)`: the ones that were on the line. */
export function cachesTitle(plan: Plan): string {
  const asked = new Set(plan.caches.filter((cache) => cache.value !== null).map((cache) => cache.backend));
  return `Caches (${asked.size === 0 ? 'none' : [...asked].join(', ')})`;
}

/** Each backend with what it was asked, and what came of it or why it was left out. */
export function cachesTable(result: Result, plan: Plan): string {
  const last = result.attempts.at(-1);
  const results = last?.caches ?? [];
  const isCold = result.verdict === 'built' && !last?.steps.some(({ state }) => state === 'cached');
  const asked = plan.caches.filter(({ value }) => value !== null);
  const backends = [...new Set(plan.caches.map((cache) => cache.backend))];
  const cell = (backend: CacheChoice['backend'], direction: CacheChoice['direction']): string =>
    plan.caches
      .filter((cache) => cache.backend === backend && cache.direction === direction)
      .map((cache) => cacheCell(cache, resultOf(cache, asked, results), isCold))
      .join('<br>');
  return table(
    ['Backend', 'Import', 'Export'],
    backends.map((backend) => [backend, cell(backend, 'import'), cell(backend, 'export')]),
  );
}

/** Results stand in the order of the caches that were asked; of one backend there may be several. */
function resultOf(
  cache: CacheChoice,
  asked: readonly CacheChoice[],
  results: readonly CacheResult[],
): CacheResult | undefined {
  const isLike = ({ backend, direction }: Pick<CacheResult, 'backend' | 'direction'>): boolean =>
    backend === cache.backend && direction === cache.direction;
  return results.filter(isLike)[asked.filter(isLike).indexOf(cache)];
}

/** How much the local cache takes, and may take; null where there is none. */
export function localCacheText({ keptLocally }: Result): string | null {
  if (keptLocally === undefined || keptLocally === null) return null;
  const { sizeBytes, maxBytes, dropped } = keptLocally;
  const limit = maxBytes === Number.MAX_SAFE_INTEGER ? '' : ` of at most ${size(maxBytes)}`;
  return `Local cache: ${size(sizeBytes)}${limit}${dropped === null ? '' : `; what this build exported is not kept, because ${dropped}`}.`;
}

function cacheCell(cache: CacheChoice, result: CacheResult | undefined, isCold: boolean): string {
  if (cache.value === null) return `left out: ${prose(cache.reason)}`;
  return `${resultText(result, isCold)} ${code(cache.value)}`;
}

/** An import that succeeded says that a cache answered: the Actions cache does so also where it holds nothing. */
function resultText(result: CacheResult | undefined, isCold: boolean): string {
  switch (result?.result) {
    case undefined:
    case 'unknown':
      return 'asked:';
    case 'found':
      return isCold ? 'answered, with nothing that this build could use:' : '✅ found:';
    case 'empty':
      return 'nothing there yet:';
    case 'exported':
      return '✅ exported:';
    case 'failed':
      return `⚠️ failed (${prose(result.detail ?? 'no reason given')}):`;
    case 'cut short':
      return '⚠️ cut short:';
  }
}
