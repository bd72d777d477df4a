import { serviceTitle } from '../failure/explain.ts';
import { readTrouble, type Trouble } from '../failure/trouble.ts';
import type { Attribution, FailureClass } from '../failure/types.ts';
import type { Health } from '../health/health.ts';
import type { Experience } from '../plan/lessons.ts';
import type { ImageRoute, Plan } from '../plan/plan.ts';
import { familiarName, formatReference } from '../registry/reference.ts';

/** The rule of a build that waited for an image that nobody had. */
const NO_SOURCE = 'no-source';

/** What the probes of services that no build can do without say about silence. */
export type Surroundings = Pick<Health['services'], 'dns' | 'internet'>;

/** How BuildKit's steps name the images for which no probe found a healthy source. */
export function hopelessReferences(plan: Plan): readonly string[] {
  return plan.images.flatMap(referenceOf);
}

function referenceOf({ choice, reference }: ImageRoute): readonly string[] {
  if (choice.kind !== 'none' || reference === undefined) return [];
  return [choice.via ?? formatReference(reference)];
}

/** The failure of a build that waited for such an image: what kept all its sources silent. Null for any other step. */
export function hopelessFailure(
  plan: Plan,
  failed: Attribution,
  around: Surroundings,
): Pick<Attribution, 'class' | 'headline' | 'advice' | 'rule'> | null {
  const name = failed.step?.name ?? '';
  const route = plan.images.find((image) => referenceOf(image).some((reference) => name.includes(reference)));
  if (route?.reference === undefined) return null;
  const image = familiarName(route.reference);
  const { class: kind, says, advice } = causeOf(around, serviceTitle(route.reference.registry));
  return { class: kind, headline: `${says}: ${image} has no source that does`, advice, rule: NO_SOURCE };
}

const UNANSWERED: ReadonlySet<Trouble> = new Set(['dns', 'tls', 'timeout', 'refused', 'unreachable', 'reset']);

/**
 * Whether nothing outside answers, in words; null where something does. No way out was found by any probe, no source of
 * an image that this build lacks answered, whoever runs it, and neither did the one that the build asked.
 */
export function cutOff(
  last: Pick<Experience, 'plan' | 'failure'> | undefined,
  { dns, internet }: Surroundings,
): string | null {
  if (last === undefined) return null;
  const { plan, failure: failed } = last;
  if (dns?.state !== 'down' && internet?.state !== 'down') return null;
  if (failed.cause !== 'base-image' && failed.cause !== 'frontend') return null;
  const trouble = readTrouble(failed.evidence.join('\n'));
  const isSilent = failed.rule === NO_SOURCE || (trouble !== null && UNANSWERED.has(trouble));
  const lost = plan.images.filter(({ choice, purpose }) => choice.kind === 'none' && purpose !== 'builder');
  if (!isSilent || lost.length === 0 || !lost.every(isWidelyHeld)) return null;
  return dns?.state === 'down' ? 'no name server answers' : 'nothing outside of this network answers';
}

/** Whether several operators hold an image, none of them the user's own: that one may be back in a moment. */
function isWidelyHeld({ answers }: ImageRoute): boolean {
  const operators = new Set(answers.map(({ operator }) => operator));
  return operators.size > 1 && answers.every(({ kind }) => kind !== 'custom-mirror');
}

/** The widest outage explains the others. */
function causeOf(
  { dns, internet }: Surroundings,
  registry: string,
): { readonly class: FailureClass; readonly says: string; readonly advice: string } {
  if (dns?.state === 'down') {
    const advice = 'Check the name servers of the runner and the builder, then run it again.';
    return { class: 'dns', says: 'No name server answers', advice };
  }
  const mirror = 'name a mirror that this network reaches (input mirrors)';
  if (internet?.state === 'down') {
    const advice = `Check the way out of this network (proxy, firewall), or ${mirror}.`;
    return { class: 'network', says: 'Nothing outside of this network answers', advice };
  }
  const advice = `Run it again when one of its sources is back, or ${mirror}.`;
  return { class: 'registry-unavailable', says: `${registry} does not answer`, advice };
}
