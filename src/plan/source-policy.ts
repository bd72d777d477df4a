import type { Facts } from '../facts/facts.ts';
import { buildkitHas, buildxHas } from '../facts/versions.ts';
import { formatReference, tagOrLatest, type ImageReference } from '../registry/reference.ts';
import type { ImageRoute } from './plan.ts';

/** The variable by which buildx takes a source policy (docker/buildx build/build.go `ReadSourcePolicy`). */
export const POLICY_VARIABLE = 'EXPERIMENTAL_BUILDKIT_SOURCE_POLICY';

/** A file of rules for BuildKit, written before the attempt. */
export interface SourcePolicy {
  readonly path: string;
  readonly text: string;
}

/** Why no source policy can be given, in words that follow "cannot be redirected: "; null where one can. */
export function policyObstacle(facts: Facts): string | null {
  if (facts.runner.sourcePolicy != null) return `the job has a source policy of its own (${POLICY_VARIABLE})`;
  if (!buildxHas(facts.buildx.version, '0.11.0')) return 'buildx before 0.11 takes no source policy';
  // Before, a policy was asked only after the tag had been resolved at its own registry (moby/buildkit#3911).
  if (!buildkitHas(facts.buildx.nodes, '0.12.0')) return 'BuildKit before 0.12 resolves tags past a source policy';
  return null;
}

/** Whether an image can be redirected by a policy alone: no named context reaches it, and buildx does not pull it. */
export function needsPolicy(image: Pick<ImageRoute, 'contextKey' | 'purpose'>): boolean {
  return image.contextKey === null && image.purpose !== 'builder';
}

/** The rules for images that no named context reaches; null where there are none. */
export function sourcePolicyOf(images: readonly ImageRoute[], path: string): SourcePolicy | null {
  const rules = images.flatMap((image) => {
    const { choice, reference } = image;
    if (choice.kind !== 'mirror' || reference === undefined || !needsPolicy(image)) return [];
    return [convert(reference, `${choice.host}/${choice.repository}@${choice.digest}`)];
  });
  return rules.length === 0 ? null : { path, text: `${JSON.stringify({ version: 1, rules }, null, 2)}\n` };
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
