import { isUsable } from '../health/observation.ts';
import { REGISTRIES } from '../health/services.ts';
import { logLine } from './clean.ts';
import { answers } from './log-health.ts';
import { hostOf } from './outages.ts';
import type { Result } from './result.ts';
import { lastFailure, problemOf, scoreText } from './story.ts';

/** One line of the diagnostics. */
interface Entry {
  readonly label: string;
  readonly value: string;
}

/** The block that people attach to a bug report, the same in log, summary and terminal. */
export function diagnostics(result: Result): string {
  const entries = diagnosticEntries(result);
  const width = Math.max(...entries.map(({ label }) => label.length)) + 2;
  const lines = entries.map(({ label, value }) => `${`${label}:`.padEnd(width)}${logLine(value)}`);
  return ['=== DIAGNOSTIC INFORMATION ===', ...lines].join('\n');
}

function diagnosticEntries(result: Result): readonly Entry[] {
  const { facts, health } = result;
  const { engine, builder } = facts;
  const registries = REGISTRIES.filter((id) => usable(health.services[id]));
  const proxies = health.goProxies.filter((proxy) => answers(proxy.observation)).map((proxy) => hostOf(proxy.url));
  return [
    {
      label: 'Docker version',
      value: `${engine.clientVersion ?? 'unknown'} (engine ${engine.serverVersion ?? 'not reachable'})`,
    },
    { label: 'Buildx version', value: engine.buildxVersion ?? 'not found' },
    { label: 'Builders', value: buildersText(result) },
    { label: 'Health score', value: scoreText(result) },
    { label: 'Healthy registries', value: counted(registries, REGISTRIES.length) },
    { label: 'Healthy Go proxies', value: counted(proxies, health.goProxies.length) },
    { label: 'Failed strategy', value: failedStrategies(result) },
    { label: 'Last error', value: lastFailure(result)?.lastLine ?? problemOf(result) },
    ...dockerfileEntry(result),
    ...(builder.problem === null ? [] : [{ label: 'Builder problem', value: builder.problem }]),
  ];
}

/** How the Dockerfile of a context that is not on this machine was read, or why it was not. */
function dockerfileEntry({ facts }: Result): readonly Entry[] {
  const { remote } = facts.dockerfiles.standard;
  if (remote === undefined) return [];
  const unread = remote.kind === 'unread' ? `not read before the build: ${remote.tried.join('; ') || 'not here'}` : '';
  return [{ label: 'Dockerfile', value: remote.kind === 'read' ? `read ${remote.from}` : unread }];
}

function usable(observation: Result['health']['services']['docker.io']): boolean {
  return observation !== null && isUsable(observation);
}

/** Every builder that an attempt used, else the one at hand. */
function buildersText(result: Result): string {
  const { builder, engine } = result.facts;
  const store =
    engine.serverVersion === null ? [] : [`containerd image store: ${engine.containerdStore ? 'yes' : 'no'}`];
  const about = [builder.driver, builder.buildkitVersion && `BuildKit ${builder.buildkitVersion}`, ...store];
  const current = `${builder.name ?? 'none'} (${about.filter((part) => part).join(', ') || 'nothing known'})`;
  const own = result.attempts.flatMap(({ plan }) =>
    plan.builder.kind === 'own' ? [`${plan.builder.name} (docker-container, own)`] : [],
  );
  return [...new Set([current, ...own])].join('; ');
}

function counted(names: readonly string[], of: number): string {
  return `${names.length}/${of}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
}

/** The strategies of all attempts that failed, in order. */
function failedStrategies(result: Result): string {
  const failed = result.attempts.filter(({ outcome }) => outcome.kind !== 'built').map(({ plan }) => plan.strategy);
  return failed.length === 0 ? 'none was tried' : [...new Set(failed)].join(', ');
}
