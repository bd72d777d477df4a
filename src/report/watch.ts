import type { Health } from '../health/health.ts';
import type { State } from '../health/observation.ts';
import { SERVICES, type ServiceId } from '../health/services.ts';
import { logLine } from './clean.ts';
import { columns } from './columns.ts';
import { hostOf } from './outages.ts';
import { pageText } from './log-health.ts';
import { latency, serviceName } from './words.ts';

/* `health --watch`: what many checks say, as a table for a terminal or as lines for a file. */

/** One service as one check saw it; null where it does not apply. */
type Seen = { readonly state: State; readonly latencyMs: number | null; readonly evidence: string } | null;

/** Checks whose states are shown. */
const SHOWN = 20;

/**
 * The table after every check.
 *
 * @param history the checks so far, oldest first, at least one
 */
export function watchTable(history: readonly Health[], nextInMs: number | null): readonly string[] {
  const last = history.at(-1);
  if (last === undefined) return [];
  const pages = new Map((last.statusPages ?? []).map((page) => [page.service, pageText(page, last.checkedAtMs)]));
  const rows = namesOf(last).map(([name, id]) => {
    const seen = history.slice(-SHOWN).map((health) => seenOf(health, name));
    const now = seen.at(-1) ?? null;
    return [
      name,
      stateWord(now),
      now?.latencyMs == null || now.state === 'down' ? '' : latency(now.latencyMs),
      seen.map(mark).join(''),
      sinceText(history, name),
      id === null ? '' : (pages.get(id) ?? ''),
    ];
  });
  const next = nextInMs === null ? '' : `, next in ${Math.round(nextInMs / 1000)} s`;
  return [
    `Infrastructure health ${last.score.total}/100   check ${history.length} at ${timeOf(last.checkedAtMs)}${next}`,
    '',
    ...columns([['Service', 'State', 'Time', 'Last checks', 'Since', 'Its status page'], ...rows]),
  ];
}

/** One line for a check, and one for every service that changed since the one before. */
export function watchLines(health: Health, before: Health | null): readonly string[] {
  const time = timeOf(health.checkedAtMs);
  const bad = namesOf(health).filter(([name]) => isBad(seenOf(health, name)));
  const list =
    bad.length === 0 ? 'all well' : bad.map(([name]) => `${name} ${stateWord(seenOf(health, name))}`).join(', ');
  const changes = namesOf(health).flatMap(([name]) => {
    const now = seenOf(health, name);
    if (before === null || now === null || now.state === seenOf(before, name)?.state) return [];
    return [`${time}  ${logLine(`${name} is ${stateWord(now)} now: ${now.evidence}`)}`];
  });
  return [`${time}  ${health.score.total}/100  ${list}`, ...changes];
}

function namesOf(health: Health): readonly (readonly [string, ServiceId | null])[] {
  return [
    ...SERVICES.filter(({ id }) => id !== 'go-proxies').map(({ id }) => [serviceName(id), id] as const),
    ...health.goProxies.map(({ url }) => [hostOf(url), null] as const),
    ...Object.keys(health.targets).map((host) => [serviceName(host), null] as const),
  ];
}

function seenOf(health: Health, name: string): Seen {
  const service = SERVICES.find(({ id }) => serviceName(id) === name);
  if (service !== undefined) return health.services[service.id];
  const proxy = health.goProxies.find(({ url }) => hostOf(url) === name);
  const target = Object.entries(health.targets).find(([host]) => serviceName(host) === name);
  return proxy?.observation ?? target?.[1] ?? null;
}

function isBad(seen: Seen): boolean {
  return seen !== null && seen.state !== 'up' && seen.state !== 'unknown';
}

function stateWord(seen: Seen): string {
  switch (seen?.state) {
    case undefined:
      return 'not applicable';
    case 'unknown':
      return 'not known';
    case 'limited':
      return 'out of pulls';
    case 'up':
    case 'slow':
    case 'down':
      return seen.state;
  }
}

/** One character a check, that a screen without colours shows as well. */
function mark(seen: Seen): string {
  switch (seen?.state) {
    case undefined:
    case 'unknown':
      return '·';
    case 'up':
      return '▁';
    case 'slow':
      return '▄';
    case 'limited':
      return '▆';
    case 'down':
      return '█';
  }
}

/** When a service became what it is now; nothing where that was before the first check. */
function sinceText(history: readonly Health[], name: string): string {
  const state = seenOf(history.at(-1) ?? ({} as Health), name)?.state;
  const changed = history.findLastIndex((health) => seenOf(health, name)?.state !== state);
  const first = history[changed + 1];
  return changed === -1 || first === undefined ? '' : timeOf(first.checkedAtMs);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
