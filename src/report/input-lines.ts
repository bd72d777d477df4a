import { CACHE_BACKENDS, type BuildRequest, type Inputs } from '../inputs/types.ts';
import { cleanLine } from './clean.ts';

/** A value that is one line, or a list of them. */
type Shown = string | number | boolean | readonly string[] | null;

/** What the caller asked for, a line each, without what is empty and without the values of secrets. */
export function inputLines(inputs: Inputs): readonly string[] {
  const { mode, strategy, service, image, version, request } = inputs;
  const given: readonly [string, Shown][] = [
    ...Object.entries({ mode, strategy, service, image, version }),
    ...Object.entries({ ...request, secrets: request.secrets.map(secretName) } satisfies BuildRequest).map(
      ([name, value]): [string, Shown] => [kebab(name), value],
    ),
    ...Object.entries(settingsOf(inputs)),
  ];
  return given.flatMap(([name, value]) => lineOf(name, value));
}

function settingsOf({ settings }: Inputs): Readonly<Record<string, Shown>> {
  const { thresholds, buildTimeoutMs } = settings;
  return {
    'health-check-timeout': settings.healthCheckTimeoutMs / 1000,
    'max-retry-attempts': settings.maxRetryAttempts,
    'outage-wait': settings.outageWaitMs === 0 ? null : settings.outageWaitMs / 1000,
    'build-timeout': Object.values(buildTimeoutMs)
      .map((ms) => ms / 1000)
      .join('/'),
    'job-deadline': settings.jobDeadlineMs === null ? null : new Date(settings.jobDeadlineMs).toISOString(),
    thresholds: Object.values(thresholds).join('/'),
    'cache-local-path': settings.cacheLocalPath,
    'cache-max-size': settings.cacheMaxBytes,
    'cache-local-persist': settings.cacheLocalPersist,
    'cache-backends': settings.cacheBackends.length === CACHE_BACKENDS.length ? null : settings.cacheBackends,
    'reports-path': settings.reports.isGiven ? settings.reports.path : null,
    'reports-persist': settings.reports.persist,
    'cache-registry-ref': settings.cacheRegistryRef,
    mirrors: settings.mirrors.map(
      ({ upstream, host, prefix }) => `${upstream}=${host}${prefix === '' ? '' : `/${prefix}`}`,
    ),
    'allow-unverified-mirrors': settings.allowUnverifiedMirrors,
    'go-proxies': settings.goProxies,
    'apk-mirrors': settings.apkMirrors,
    'apt-mirrors': settings.aptMirrors,
  };
}

function lineOf(name: string, value: Shown): readonly string[] {
  if (value === null || value === '' || value === false) return [];
  if (typeof value !== 'object') return [`${name}: ${cleanLine(String(value))}`];
  const items = value.map((item) => cleanLine(item)).filter((item) => item !== '');
  return items.length === 0 ? [] : [`${name}:`, ...items.map((item) => `  - ${item}`)];
}

/** A secret's id, and nothing of where it comes from. */
function secretName(secret: string): string {
  return /(?:^|,)"?id=([^,"]+)/.exec(secret)?.[1] ?? (secret.includes('=') ? (secret.split('=')[0] ?? '') : 'secret');
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
