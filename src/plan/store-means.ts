import { buildkitHas, buildxHas } from '../facts/versions.ts';
import { capabilitiesOf, type Facts } from '../facts/facts.ts';
import type { BuilderChoice, ImageRoute } from './plan.ts';

/**
 * How BuildKit gets at images of the warm store. `layout`: buildx reads the store itself and sends what is asked for, to
 * whatever builder (`oci-layout://`). `load`: the engine's own BuildKit knows no such source without the containerd image
 * store, but takes images that the engine holds. `either`: with that image store it does both.
 */
export type StoreMeans = 'layout' | 'load' | 'either';

export function storeMeans(facts: Facts, builder: BuilderChoice): StoreMeans {
  const isEngine = builder.kind === 'current' && builder.driver === 'docker';
  if (!isEngine) return 'layout';
  return capabilitiesOf(facts.engine, facts.builder).multiPlatform ? 'either' : 'load';
}

/** An image that has to be loaded into the engine before the build. */
export interface StoreLoad {
  /** Under which name: a host that is nobody, so that nothing else is ever fetched by it. */
  readonly name: string;
  readonly digest: string;
  /** Null is the engine's own. */
  readonly platform: string | null;
  readonly store: string;
}

/** The name of a stored image in an engine. */
export function loadedName(digest: string): string {
  return `localhost/smart-docker-build-store:${digest.replace(':', '-').slice(0, 71)}`;
}

/** What has to be loaded for these routes. */
export function loadsOf(routes: readonly ImageRoute[], means: StoreMeans): readonly StoreLoad[] {
  return routes.flatMap(({ choice, platforms, purpose }) => {
    if (choice.kind !== 'store' || !(means === 'load' || purpose === 'builder' || purpose === 'scanner')) return [];
    const { digest, path } = choice;
    return [{ name: loadedName(digest), digest, platform: platforms[0] ?? null, store: path }];
  });
}

/** Where a named context finds a stored image. */
export function storedContext(choice: { readonly path: string; readonly digest: string }, means: StoreMeans): string {
  return means === 'load'
    ? `docker-image://${loadedName(choice.digest)}`
    : `oci-layout://${choice.path}@${choice.digest}`;
}

/**
 * No named context reaches the SBOM scanner (moby/buildkit frontend/attestations/sbom/sbom.go resolves it by its reference).
 * An engine that holds it under another name finds it there, by a source policy.
 */
function scannerObstacle(means: StoreMeans, policy: string | null): string | null {
  if (means !== 'either')
    return "the SBOM scanner's image can be given to an engine with the containerd image store only, and its own builder";
  return policy;
}

/**
 * Why this builder cannot be given an image of the store, or null.
 *
 * @param policy why no source policy can be given, or null
 */
export function storeObstacle(
  facts: Facts,
  means: StoreMeans,
  root: string,
  image: Pick<ImageRoute, 'contextKey' | 'purpose' | 'platforms'>,
  policy: string | null,
): string | null {
  if (image.purpose === 'builder') return null;
  if (image.purpose === 'scanner') return scannerObstacle(means, policy);
  if (image.contextKey === null) return 'a stage is named like it';
  if (means === 'load') return image.platforms.length > 1 ? 'this engine holds one platform of an image only' : null;
  // buildx cuts the digest and the tag off at these (docker/buildx build/opt.go).
  if (/[@:]/.test(root)) return `"${root}" must hold neither "@" nor ":"`;
  if (!buildxHas(facts.buildx.version, '0.9.0')) return 'buildx before 0.9 reads no OCI layout';
  if (!buildkitHas(facts.buildx.nodes, '0.11.0')) return 'BuildKit before 0.11 reads no OCI layout';
  return null;
}
