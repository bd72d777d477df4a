import { join } from 'node:path';
import { parseMirrorList, type CustomMirror } from '../registry/mirror-list.ts';
import { readFallbacks } from './fallbacks.ts';
import { readPackageSources } from './package-sources.ts';
import { readScan, readVerifyRules } from './scan.ts';
import type { RawInputs, RawValue } from './raw.ts';
import {
  optional,
  readAge,
  readBoolean,
  readBytes,
  readList,
  readSeconds,
  readTime,
  readWhole,
  type Problems,
} from './readers.ts';
import { CACHE_BACKENDS, type CacheBackend, type ReportSettings, type Settings, type Thresholds } from './types.ts';

/** Reads the settings that are both inputs and environment variables. */
export function readSettings(raw: RawInputs, problems: Problems): Settings {
  return {
    healthCheckTimeoutMs: readSeconds(raw('health-check-timeout'), problems),
    maxRetryAttempts: readWhole(raw('max-retry-attempts'), problems, 1, 100),
    outageWaitMs: readWhole(raw('outage-wait'), problems, 0, 86_400, 'a whole number of seconds') * 1000,
    buildTimeoutMs: {
      optimal: readSeconds(raw('build-timeout-optimal'), problems),
      resilient: readSeconds(raw('build-timeout-resilient'), problems),
      conservative: readSeconds(raw('build-timeout-conservative'), problems),
      emergency: readSeconds(raw('build-timeout-emergency'), problems),
    },
    jobDeadlineMs: readTime(raw('job-deadline'), problems),
    stallTimeoutMs: readSeconds(raw('stall-timeout'), problems),
    silentWorkMs: readSeconds(raw('stall-timeout'), []),
    cacheExportTimeoutMs: readSeconds(raw('cache-export-timeout'), problems),
    cacheLocalPath: raw('cache-local-path').text,
    cacheMaxBytes: readBytes(raw('cache-max-size'), problems),
    cacheLocalPersist: readBoolean(raw('cache-local-persist'), problems),
    cacheBackends: readBackends(raw('cache-backends'), problems),
    reports: readReportSettings(raw, problems),
    monitorPath: raw('monitor-path').text || join(raw('cache-local-path').text, 'monitor'),
    cacheRegistryRef: optional(raw('cache-registry-ref')),
    thresholds: readThresholds(raw, problems),
    buildkitProgress: readProgress(raw, problems),
    noDefaultAttestations: optional(raw('buildx-no-default-attestations')),
    // DEBUG is a variable of many tools (`DEBUG=app:*`): whatever is not plainly "on" is off, never an error.
    debug: /^(1|true)$/i.test(raw('debug').text),
    mirrors: readMirrors(raw, problems),
    allowUnverifiedMirrors: readBoolean(raw('allow-unverified-mirrors'), problems),
    mirrorsOnly: readBoolean(raw('mirrors-only'), problems),
    region: optional(raw('region')),
    lockFile: raw('lock-file').text,
    locked: readBoolean(raw('locked'), problems),
    ...readPackageSources(raw, problems),
    fallbacks: readFallbacks(raw('fallbacks'), problems),
    smokeCommand: optional(raw('smoke-command')),
    offline: readBoolean(raw('offline'), problems),
    warmStore: readBoolean(raw('warm-store'), problems),
    warmMaxAgeMs: readAge(raw('warm-max-age'), problems),
    warmMaxBytes: readBytes(raw('warm-max-size'), problems),
    builders: readList(raw('builders')),
    builderTimeoutMs: readSeconds(raw('builder-timeout'), problems),
    scan: readScan(raw, problems),
    verify: readVerifyRules(raw('verify'), problems),
  };
}

function readBackends(value: RawValue, problems: Problems): readonly CacheBackend[] {
  const isBackend = (name: string): name is CacheBackend => (CACHE_BACKENDS as readonly string[]).includes(name);
  if (value.text === 'none') return [];
  const names = readList(value);
  for (const name of names.filter((one) => !isBackend(one)))
    problems.push(`${value.label}: "${name}" is not one of ${CACHE_BACKENDS.join(', ')}, and not none`);
  return names.filter(isBackend);
}

function readReportSettings(raw: RawInputs, problems: Problems): ReportSettings {
  const given = optional(raw('reports-path'));
  return {
    path: given ?? join(raw('cache-local-path').text, 'reports'),
    isGiven: given !== null,
    keep: readWhole(raw('reports-keep'), problems, 0, 100_000),
    maxBytes: readBytes(raw('reports-max-size'), problems) ?? Number.MAX_SAFE_INTEGER,
    persist: readBoolean(raw('reports-persist'), problems),
  };
}

function readThresholds(raw: RawInputs, problems: Problems): Thresholds {
  const before = problems.length;
  const [optimal, resilient, conservative] = ['optimal', 'resilient', 'conservative'].map((name) =>
    readWhole(raw(`threshold-${name}`), problems, 0, 100),
  ) as [number, number, number];
  if (problems.length === before && !(optimal > resilient && resilient > conservative)) {
    const labels = ['optimal', 'resilient', 'conservative'].map((name) => raw(`threshold-${name}`).label);
    problems.push(
      `thresholds must descend: ${labels[0]} ${optimal}, ${labels[1]} ${resilient}, ${labels[2]} ${conservative}`,
    );
  }
  return { optimal, resilient, conservative };
}

const PROGRESS = ['auto', 'plain', 'tty', 'quiet', 'rawjson', 'none'];

function readProgress(raw: RawInputs, problems: Problems): string | null {
  const value = raw('buildkit-progress');
  if (value.text !== '' && !PROGRESS.includes(value.text)) {
    problems.push(`${value.label}: "${value.text}" is not one of ${PROGRESS.join(', ')}`);
  }
  return optional(value);
}

function readMirrors(raw: RawInputs, problems: Problems): readonly CustomMirror[] {
  const value = raw('mirrors');
  const list = parseMirrorList(value.text);
  problems.push(...list.problems.map((problem) => `${value.label}: ${problem}`));
  return list.mirrors;
}
