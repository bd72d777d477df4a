import { setTimeout as sleep } from 'node:timers/promises';
import { learn, type Experience, type Lessons } from '../plan/lessons.ts';
import type { Plan } from '../plan/plan.ts';
import { givenUp } from './ended.ts';
import type { FetchTrouble } from './fetch-trouble.ts';
import { rerouteOf } from './next.ts';

export interface WayOutPorts {
  /** The plan that would be made with these lessons, while another one is carried out: nothing is tried or told. */
  readonly planAhead: (lessons: Lessons) => Promise<Plan>;
  /** Asks a registry or mirror once more for what this build has of it: what is wrong with it, or null. */
  readonly recheck: (host: string) => Promise<string | null>;
}

/** A source that is well answers within this time. */
const RECHECK_HEDGE_MS = 600;

/** Why another source should be turned to although the build has not failed yet; null where nothing speaks for it. */
export async function findWayOut(
  trouble: FetchTrouble,
  known: { readonly plan: Plan; readonly history: readonly Experience[] },
  ports: WayOutPorts,
): Promise<string | null> {
  const { plan, history } = known;
  const failure = givenUp({ trouble, reason: '' });
  const { component } = failure;
  const checked = trouble.kind === 'silence' && component !== null ? ports.recheck(component) : Promise.resolve('');
  // Who is well says so at once; for anybody else the other sources are looked at meanwhile.
  const isWell = (await Promise.race([checked, sleep(RECHECK_HEDGE_MS, '')])) === null;
  if (isWell && !trouble.isDead) return null;
  const [evidence, ahead] = await Promise.all([checked, ports.planAhead(learn([...history, { plan, failure }]))]);
  if (evidence === null && !trouble.isDead) return null;
  const reroute = rerouteOf(plan, ahead, component);
  return reroute === null ? null : evidence || reroute;
}
