import type { RunCommand } from '../process/run-command.ts';

export type Driver = 'docker' | 'docker-container' | 'kubernetes' | 'remote' | 'cloud';

/** The builder that a build would use. */
export interface BuilderFacts {
  readonly name: string | null;
  readonly driver: Driver | null;
  readonly running: boolean;
  /** As the builder prints it, such as `v0.25.1`; null where it says nothing, `unknown` versions included. */
  readonly buildkitVersion: string | null;
  /** Platforms that its nodes can run, such as linux/amd64. */
  readonly platforms: readonly string[];
  readonly problem: string | null;
  /** Set where it is a container that was never made; the image that it was told to boot from, null for buildx's own. */
  readonly unbooted?: { readonly image: string | null };
}

/** Asks buildx for the builder, the current one where no name is given. */
export async function readBuilder(run: RunCommand, name: string | null, timeoutMs: number): Promise<BuilderFacts> {
  const outcome = await run(['docker', 'buildx', 'inspect', ...(name === null ? [] : [name])], { timeoutMs });
  if (outcome.kind === 'failed') return noBuilder(outcome.reason);
  if (outcome.code !== 0) return noBuilder(outcome.stderr.trim().split('\n').at(-1) ?? 'docker buildx inspect failed');
  return builderFrom(outcome.stdout);
}

/** Reads the text of `docker buildx inspect`: a head of the builder, then a block for each node. */
export function builderFrom(text: string): BuilderFacts {
  const values = (key: string): string[] =>
    [...text.matchAll(new RegExp(`^[ \\t]*${key}:[ \\t]+(.*)$`, 'gim'))].map((match) => (match[1] ?? '').trim());
  const [driver] = values('Driver');
  const version = values('BuildKit(?: version)?').find((value) => /^v?\d/.test(value) && !value.startsWith('v0.0.0'));
  const errors = values('Error');
  const isUnbooted = driver === 'docker-container' && values('Status').includes('inactive');
  const image = /(?:^|\s)image="([^"]+)"/.exec(values('Driver Options').join(' '))?.[1] ?? null;
  return {
    name: values('Name')[0] ?? null,
    driver: isDriver(driver) ? driver : null,
    running: values('Status').includes('running'),
    buildkitVersion: version ?? null,
    platforms: [...new Set(values('Platforms').flatMap((line) => line.split(',').map(barePlatform)))].filter(Boolean),
    problem: errors[0] ?? null,
    ...(isUnbooted ? { unbooted: { image } } : {}),
  };
}

/** Platforms that were configured by hand carry a star. */
function barePlatform(text: string): string {
  return text.trim().replace(/\*$/, '');
}

function isDriver(text: string | undefined): text is Driver {
  return ['docker', 'docker-container', 'kubernetes', 'remote', 'cloud'].includes(text ?? '');
}

function noBuilder(problem: string): BuilderFacts {
  return { name: null, driver: null, running: false, buildkitVersion: null, platforms: [], problem };
}
