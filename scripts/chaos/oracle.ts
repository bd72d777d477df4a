import { componentOf, HUB, HUB_MANIFESTS, MIRRORS, TARGET } from './hosts.ts';
import type { Outage, Schedule } from './schedule.ts';

/** What a run looked like from outside. */
export interface Seen {
  readonly exitCode: number;
  readonly durationMs: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly report: string;
  /** The digest that the registry has, or null; and what its image prints on another machine. */
  readonly remoteDigest: string | null;
  readonly printed: string | null;
  readonly secrets: readonly string[];
  /** What was left behind, a line each. */
  readonly left: readonly string[];
  readonly deadlineMs: number;
}

/** What the image must print: the build says it, and no second run of the step would say the same. */
const NONCE = /nonce [0-9a-f-]{36} end/g;

/** A deadline is met if the run is over within this time after it: builds are ended politely first. */
const GRACE_MS = 15_000;
/** A push that fails is tried again for some time; a fault that ended shortly before may still be the cause. */
const LATE_MS = 15_000;

/** Everything that is wrong with a run, given what the world did to it. Knows nothing of how the product works. */
export function violationsOf(schedule: Schedule, seen: Seen): readonly string[] {
  return [
    ...(seen.exitCode === 0 ? ofGreen(seen) : ofRed(schedule, seen)),
    ...leaksOf(seen),
    ...(seen.durationMs > seen.deadlineMs + GRACE_MS
      ? [`it took ${seen.durationMs} ms, with a deadline of ${seen.deadlineMs}`]
      : []),
    ...seen.left.map((what) => `left behind: ${what}`),
  ];
}

function ofGreen(seen: Seen): readonly string[] {
  const said = new Set(seen.log.match(NONCE) ?? []);
  return [
    ...(seen.remoteDigest === null ? ['green without an image'] : []),
    ...(seen.outputs['digest'] === seen.remoteDigest
      ? []
      : [`digest output ${seen.outputs['digest']}, at the registry ${seen.remoteDigest}`]),
    ...(seen.printed !== null && /^nonce [0-9a-f-]{36} end$/.test(seen.printed.trim())
      ? []
      : [`the image prints ${seen.printed}`]),
    ...(said.size > 0 && seen.printed !== null && !said.has(seen.printed.trim())
      ? ['the image is not the one that was built']
      : []),
    ...(said.size > 1 ? [`a step was executed ${said.size} times`] : []),
    ...(seen.outputs['failure-class'] === undefined ? [] : ['green with a failure-class']),
  ];
}

function ofRed(schedule: Schedule, seen: Seen): readonly string[] {
  const { 'failure-class': kind, 'failure-component': component } = seen.outputs;
  const faulted = new Set(schedule.outages.map(({ fault }) => componentOf(fault.host)));
  const pull = isPullBlocked(schedule);
  const push = isPushBlocked(schedule, seen.durationMs);
  return [
    ...(kind === undefined ? ['red without a failure-class'] : []),
    ...(kind === 'user-code' ? ['the user is blamed'] : []),
    ...(kind === 'gha-cache' || component === 'gha-cache' ? ['a cache failed the build'] : []),
    ...(component !== undefined && !faulted.has(component) ? [`${component} is blamed, and was well`] : []),
    ...(component === undefined && !namesOne(seen, schedule) ? ['red, and no faulted service is named'] : []),
    ...(pull || push ? [] : ['red, and there was a way']),
    ...(seen.remoteDigest === null || push ? [] : ['red, and an image is at the registry']),
  ];
}

/** Whether the first line of the summary, the step or the headline names a host that was faulted. */
function namesOne(seen: Seen, schedule: Schedule): boolean {
  const text = `${seen.summary.split('\n')[0] ?? ''} ${seen.outputs['failure-step'] ?? ''}`
    .toLowerCase()
    .replace('docker hub', 'docker.io');
  return schedule.outages.some(({ fault }) => text.includes(fault.host) || text.includes(componentOf(fault.host)));
}

/** No trustworthy way to the base: Docker Hub was faulted, and too few mirrors that agree were well all the time. */
function isPullBlocked({ outages }: Schedule): boolean {
  const isFaulted = (host: string): boolean => outages.some(({ fault }) => fault.host === host);
  if (!HUB.some(isFaulted)) return false;
  const well = MIRRORS.filter((mirror) => !isFaulted(mirror)).length;
  // Docker Hub's own word for the digest makes a single mirror enough.
  return well < (HUB_MANIFESTS.some(isFaulted) ? 2 : 1);
}

/** The registry that is pushed to was faulted to the end, or until shortly before. */
function isPushBlocked({ outages }: Schedule, endMs: number): boolean {
  return outages.some((outage) => outage.fault.host === TARGET && reaches(outage, endMs - LATE_MS));
}

function reaches({ untilMs }: Outage, atMs: number): boolean {
  return untilMs === null || untilMs >= atMs;
}

function leaksOf(seen: Seen): readonly string[] {
  const places = {
    log: asShown(seen.log),
    summary: seen.summary,
    outputs: JSON.stringify(seen.outputs),
    'report.json': seen.report,
  };
  return Object.entries(places).flatMap(([place, text]) =>
    seen.secrets
      .filter((secret) => text.includes(secret))
      .map((secret) => `${secret.slice(0, 6)}… leaks into ${place}`),
  );
}

/** The log as the runner shows it: `add-mask` is a word to the runner, unless commands are stopped. */
function asShown(log: string): string {
  let stopped: string | null = null;
  const shown: string[] = [];
  for (const line of log.split('\n')) {
    if (line === `::${stopped}::`) stopped = null;
    else if (stopped !== null) shown.push(line);
    else if (line.startsWith('::stop-commands::')) stopped = line.slice('::stop-commands::'.length);
    else if (!line.startsWith('::add-mask::')) shown.push(line);
  }
  return shown.join('\n');
}
