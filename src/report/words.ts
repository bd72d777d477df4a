import prettyBytes from 'pretty-bytes';
import prettyMilliseconds from 'pretty-ms';
import type { RegistryId, ServiceId } from '../health/services.ts';
import { JOB_LIMIT_MS } from '../inputs/drop-in/patience.ts';

/** `142 ms`, `1.1 s`, `31 s`, `1m 31s`. */
export function duration(seconds: number): string {
  const ms = Math.max(0, seconds * 1000);
  if (ms < 9950) return `${Number((ms / 1000).toFixed(1))} s`;
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
  return prettyMilliseconds(Math.round(ms / 1000) * 1000, { unitCount: 2 });
}

/** The deadline of a plan; where nobody set one, a build may take what the job may. */
export function deadlineText(deadlineMs: number): string {
  return deadlineMs >= JOB_LIMIT_MS ? "the job's own" : duration(deadlineMs / 1000);
}

/** How long an answer took. */
export function latency(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : duration(ms / 1000);
}

export function size(bytes: number | null): string {
  return bytes === null ? 'unknown' : prettyBytes(bytes);
}

/** `+1.2 MB (+12%)`, `same`; null stands for an unknown size. */
export function sizeChange(before: number | null, after: number | null): string {
  if (before === null || after === null) return 'unknown';
  if (before === after) return 'same';
  const share = before === 0 ? 0 : Math.round(((after - before) / before) * 100);
  const percent = share === 0 ? '' : ` (${share > 0 ? '+' : '−'}${Math.abs(share)}%)`;
  return `${after > before ? '+' : '−'}${prettyBytes(Math.abs(after - before))}${percent}`;
}

const NAMES: Readonly<Partial<Record<string, string>>> = {
  'docker.io': 'Docker Hub',
  'gha-cache': 'Actions cache',
  'go-proxies': 'Go proxies',
  dns: 'DNS',
  internet: 'Internet',
} satisfies Partial<Record<ServiceId | RegistryId, string>>;

/** A service as people call it. */
export function serviceName(id: string): string {
  return NAMES[id] ?? id;
}

/** `sha256:1f3c8a0b2d4e…`, long enough to be told apart and found again. */
export function shortDigest(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return hex.length <= 12 ? digest : `${algorithm}:${hex.slice(0, 12)}…`;
}

/** A reference without tag and digest. */
export function repositoryOf(reference: string): string {
  const name = reference.split('@')[0] ?? '';
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** A sentence's text without the full stop, to stand inside another one. */
export function clause(text: string): string {
  return text.trim().replace(/[.:;]+$/, '');
}
