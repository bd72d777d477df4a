import type { DockerfileFacts } from '../facts/dockerfile/types.ts';
import type { Health } from '../health/health.ts';
import { isUsable } from '../health/observation.ts';
import type { Lessons } from './lessons.ts';

/**
 * The build argument GOPROXY, where the Dockerfile takes one and there is a reason to give it: the first proxy is down, or
 * others are configured; a value that changes costs the cache of every step after it. Joined by `|`, which goes on after
 * any error; a comma only after 404 and 410 (go.dev/ref/mod).
 */
export function goProxyArgument(
  facts: DockerfileFacts,
  buildArgs: Readonly<Record<string, string>>,
  health: Health,
  configured: readonly string[],
  lessons: Lessons,
): string | null {
  if ('GOPROXY' in buildArgs || !takesGoProxy(facts)) return null;
  const isUp = ({ url, observation }: Health['goProxies'][number]): boolean =>
    isUsable(observation) && !lessons.goProxies.has(new URL(url).host);
  if (configured.length === 0 && health.goProxies.slice(0, 1).every(isUp)) return null;
  const up = health.goProxies.filter(isUp);
  const rest = health.goProxies.filter((proxy) => !isUp(proxy));
  // The ones that are down come last instead of not at all: a wrong probe must not close a door.
  return `GOPROXY=${[...up, ...rest].map(({ url }) => url).join('|')}|direct`;
}

function takesGoProxy(facts: DockerfileFacts): boolean {
  return facts.goUse.kind === 'used' && facts.goUse.stages.some((stage) => stage.proxy.kind === 'argument');
}
