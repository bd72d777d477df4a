import type { Driver } from './builder.ts';

/*
 * Which version takes which flag. A version that says nothing (a commit's hash, `v0.0.0+unknown` of builds without a
 * version, such as Debian's) is somebody's build of late, and counts as new.
 */

/** Whether this buildx has what a release brought (docker/actions-toolkit src/buildx/buildx.ts `versionSatisfies`). */
export function buildxHas(version: string | null, release: string): boolean {
  return isUnspoken(version) || isAtLeast(version, release);
}

/** Whether BuildKit has what a release brought, on every node. */
export function buildkitHas(nodes: readonly (string | null)[], release: string): boolean {
  return nodes.every((version) => isUnspoken(version) || isAtLeast(version, release));
}

/**
 * Whether BuildKit attests provenance by default, as docker/build-push-action sees it (docker/actions-toolkit
 * src/buildkit/buildkit.ts `versionSatisfies`): not before a node has booted and told its version, not in a
 * pre-release, and inside the engine only where that names itself `-moby`, as it did while it could not.
 */
export function attestsByDefault(driver: Driver | null, nodes: readonly (string | null)[]): boolean {
  return nodes.every((version) => {
    if (version === null) return false;
    if (driver === 'docker' && !version.endsWith('-moby')) return false;
    const bare = version.replace(/-moby$/, '');
    return isUnspoken(bare) || (isAtLeast(bare, '0.11.0') && !/^v?[\d.]+-/.test(bare));
  });
}

function isUnspoken(version: string | null): boolean {
  return version === null || /^(v?[0-9a-f]{7,40}|v?0\.0\.0\+unknown)$/.test(version);
}

function isAtLeast(version: string | null, release: string): boolean {
  const parts = (text: string): readonly number[] => (/^v?(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  const [actual, wanted] = [parts(version ?? ''), parts(release)];
  if (actual.length === 0) return false;
  const at = wanted.findIndex((number, index) => number !== actual[index]);
  return at === -1 || (actual[at] ?? 0) > (wanted[at] ?? 0);
}
