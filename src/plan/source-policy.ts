import type { Syntax } from '../facts/dockerfile/types.ts';
import type { Facts } from '../facts/facts.ts';
import type { JobPolicy } from '../facts/job-policy.ts';
import { buildkitHas, buildxHas } from '../facts/versions.ts';
import { formatReference, parseReference, tagOrLatest, type ImageReference } from '../registry/reference.ts';
import type { ImageRoute } from './plan.ts';
import { loadedName } from './store-means.ts';

/** The variable by which buildx takes a source policy (docker/buildx build/build.go `ReadSourcePolicy`). */
export const POLICY_VARIABLE = 'EXPERIMENTAL_BUILDKIT_SOURCE_POLICY';

/** A file of rules for BuildKit, written before the attempt. */
export interface SourcePolicy {
  readonly path: string;
  readonly text: string;
}

/** Why no source policy can be given, in words that follow "cannot be redirected: "; null where one can. */
export function policyObstacle(facts: Facts): string | null {
  if (facts.jobPolicy?.kind === 'unreadable')
    return `the job's own source policy (${POLICY_VARIABLE}) cannot be read: ${facts.jobPolicy.problem}`;
  if (!buildxHas(facts.buildx.version, '0.11.0')) return 'buildx before 0.11 takes no source policy';
  // Before, a policy was asked only after the tag had been resolved at its own registry (moby/buildkit#3911).
  if (!buildkitHas(facts.buildx.nodes, '0.12.0')) return 'BuildKit before 0.12 resolves tags past a source policy';
  return null;
}

/** The frontends before docker/dockerfile 1.4 refuse a build with named contexts; `experimental` ended before them. */
const OLD_FRONTEND = /^docker\.io\/docker\/dockerfile(?:-upstream)?:(?:1\.[0-3](?:$|[.-])|.*experimental|0\.)/;

/** Why no named context can be given, a clause; null where one can. */
export function contextObstacle({ buildx }: Facts, syntax: Syntax = { kind: 'built-in' }): string | null {
  if (!buildxHas(buildx.version, '0.8.0')) return 'buildx before 0.8 knows no named contexts';
  if (!buildkitHas(buildx.nodes, '0.10.0')) return 'BuildKit before 0.10 knows no named contexts';
  const parsed = syntax.kind === 'image' ? parseReference(syntax.text) : null;
  const isOld = parsed?.kind === 'parsed' && OLD_FRONTEND.test(formatReference(parsed.reference));
  return isOld && syntax.kind === 'image' ? `${syntax.text} knows no named contexts` : null;
}

/** Whether an image can be redirected by a policy alone: no named context reaches it, and buildx does not pull it. */
export function needsPolicy(image: Pick<ImageRoute, 'contextKey' | 'purpose'>): boolean {
  return image.contextKey === null && image.purpose !== 'builder';
}

/** What keeps named contexts from an image, and what the user can do about it. */
export function unreached({
  name,
  purpose,
  contextObstacle,
}: Pick<ImageRoute, 'name' | 'purpose'> & { readonly contextObstacle?: string }): {
  readonly why: string;
  readonly remedy: string | null;
} {
  if (contextObstacle !== undefined) return { why: contextObstacle, remedy: null };
  if (purpose === 'scanner') return { why: `no named context reaches ${name}`, remedy: null };
  return { why: `a stage is named like ${name}`, remedy: 'rename the stage' };
}

/** What a policy of ours is made for. */
export interface PolicyQuestion {
  readonly images: readonly ImageRoute[];
  readonly path: string;
  /** The policy that the job has itself. */
  readonly job: JobPolicy | null;
  /** References beside `images` that may be fetched; null where everything may be. */
  readonly alsoAllowed: readonly string[] | null;
}

/**
 * The rules for images that no named context reaches, and for `locked` and `mirrors-only` the ban on everything else, such as
 * an image that an ONBUILD instruction of a base brings in. The job's own rules come first. Null where no rule is needed.
 */
export function sourcePolicyOf({ images, path, job, alsoAllowed }: PolicyQuestion): SourcePolicy | null {
  const converted = images.flatMap((image) => {
    const { choice, reference, isInspected } = image;
    if (reference === undefined || !needsPolicy(image)) return [];
    if (choice.kind === 'mirror') return [convert(reference, `${choice.host}/${choice.repository}@${choice.digest}`)];
    if (choice.kind === 'store') return [convert(reference, loadedName(choice.digest))];
    const isHeld = isInspected === true && choice.kind === 'upstream' && choice.digest !== null;
    if (!isHeld || reference.digest !== null) return [];
    return [convert(reference, `${reference.registry}/${reference.repository}@${choice.digest}`)];
  });
  const own = [
    ...converted,
    ...(alsoAllowed === null ? [] : banOnOthers([...images.flatMap(fetchedAs), ...alsoAllowed])),
  ];
  if (own.length === 0) return null;
  const theirs = job?.kind === 'read' ? job : null;
  const policy = { version: 1, ...theirs?.whole, rules: [...(theirs?.rules ?? []), ...own] };
  return { path, text: `${JSON.stringify(policy, null, 2)}\n` };
}

/** The last matching rule wins. */
function banOnOthers(allowed: readonly string[]): readonly unknown[] {
  const rule = (action: string, pattern: string): unknown => {
    return { action, selector: { identifier: `docker-image://${pattern}`, match_type: 'WILDCARD' } };
  };
  return [rule('DENY', '*'), ...[...new Set(allowed)].map((pattern) => rule('ALLOW', pattern))];
}

/** How BuildKit names what it fetches for a route; a tag may stand before a digest. */
function fetchedAs({ choice, reference, purpose }: ImageRoute): readonly string[] {
  if (purpose === 'builder' || reference === undefined) return [];
  switch (choice.kind) {
    case 'mirror':
      return [`${choice.host}/${choice.repository}@${choice.digest}`];
    case 'none':
      return choice.via === undefined ? [] : [choice.via];
    case 'store':
      // A layout is no docker image; one that is loaded goes by a name of its own.
      return [loadedName(choice.digest)];
    case 'upstream':
      return fetchedByName(reference);
  }
}

/** Patterns for one image at its own registry: its tag with whatever digest, or its digest with whatever tag. */
export function fetchedByName(reference: ImageReference): readonly string[] {
  const { registry, repository, digest } = reference;
  const name = `${registry}/${repository}`;
  if (digest !== null) return [`${name}@${digest}`, `${name}:*@${digest}`];
  const tagged = `${name}:${tagOrLatest(reference)}`;
  return [tagged, `${tagged}@*`];
}

/**
 * Identifiers are complete references (moby/buildkit sourcepolicy/engine.go, solver/llbsolver/policy.go). A pattern without a
 * star matches itself alone; by EXACT BuildKit 0.25 converts nothing.
 */
function convert(from: ImageReference, to: string): unknown {
  const tag = from.digest !== null && from.tag === null ? null : tagOrLatest(from);
  return {
    action: 'CONVERT',
    selector: { identifier: `docker-image://${formatReference({ ...from, tag })}`, match_type: 'WILDCARD' },
    updates: { identifier: `docker-image://${to}` },
  };
}
