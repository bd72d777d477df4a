import type { Blueprint } from '../facts/blueprint.ts';
import type { Health } from '../health/health.ts';
import { isUsable } from '../health/observation.ts';
import { argumentsOf } from '../inputs/build-args.ts';
import type { GoProxyChoice } from './go-proxies.ts';
import type { Lessons } from './lessons.ts';
import type { PlanQuestion } from './make-plan.ts';

/** The stage of the bundled Dockerfiles that a folder of stored modules takes the place of, and where it is mounted. */
const STAGE = 'go-modules';

/** What is done about GOPROXY, and the named context with stored modules, null for none. */
export interface GoSources {
  readonly proxy: GoProxyChoice | null;
  readonly context: string | null;
}

/**
 * Stored modules come first where no Go proxy is well, and alone offline. Go compares them with go.sum, as whatever comes
 * from a proxy.
 */
export function withStoredModules(
  { inputs, health, lessons, store }: PlanQuestion,
  blueprint: Blueprint,
  proxy: GoProxyChoice | null,
): GoSources {
  const modules = store?.modules ?? null;
  const isGiven = 'GOPROXY' in argumentsOf(inputs.request.buildArgs);
  if (modules === null || isGiven || !wantsModules(blueprint, health, lessons)) return { proxy, context: null };
  const others =
    inputs.settings.offline || proxy?.given == null || proxy.given.value === 'off' ? [] : [proxy.given.value];
  const value = [`file:///${STAGE}`, ...others].join('|');
  const { goUse } = blueprint.facts;
  const stages = goUse.kind === 'none' ? [] : goUse.stages.map(({ stage }) => stage);
  return {
    proxy: { given: { value, stages }, argument: `GOPROXY=${value}`, rewrite: null, unserved: null },
    context: `${STAGE}=${modules}`,
  };
}

/** Whether a build of this blueprint would use stored modules, if there were some: it takes them, and no Go proxy is well. */
export function wantsModules(
  { file, facts }: Blueprint,
  health: Health,
  { goProxies }: Pick<Lessons, 'goProxies'>,
): boolean {
  const takes = facts.stages.some(({ name, replacedByContext }) => name === STAGE && !replacedByContext);
  const isUp = health.goProxies.some(
    ({ url, observation }) => isUsable(observation) && !goProxies.has(new URL(url).host),
  );
  return file.origin === 'bundled' && takes && !isUp;
}
