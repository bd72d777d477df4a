import type { BuildRequest } from '../inputs/types.ts';

/** What a plan adds to the request before it becomes a command line. */
export interface LineAdditions {
  readonly builder: string | null;
  readonly buildArgs: readonly string[];
  readonly buildContexts: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly file: string | null;
  readonly iidFile: string | null;
  readonly metadataFile: string | null;
  readonly load: boolean;
  readonly noCache: boolean;
}

/**
 * The `docker buildx build` line, in the order of docker/build-push-action (src/context.ts, `getBuildArgs` and
 * `getCommonArgs`), so that in a healthy world the two are the same, argument for argument.
 */
export function buildLine(request: BuildRequest, add: LineAdditions): readonly string[] {
  return [
    ...['docker', 'buildx', 'build'],
    ...each('--add-host', request.addHosts),
    ...each('--allow', request.allow),
    ...each('--annotation', request.annotations),
    ...each('--build-arg', [...request.buildArgs, ...add.buildArgs]),
    ...each('--build-context', [...request.buildContexts, ...add.buildContexts]),
    ...each('--cache-from', add.cacheFrom),
    ...each('--cache-to', add.cacheTo),
    ...one('--call', request.call),
    ...one('--cgroup-parent', request.cgroupParent),
    ...each('--secret', request.secretEnvs),
    ...one('--file', add.file),
    ...one('--iidfile', add.iidFile),
    ...each('--label', request.labels),
    ...each('--no-cache-filter', request.noCacheFilters),
    ...each('--output', request.outputs),
    ...one('--platform', request.platforms.length === 0 ? null : request.platforms.join(',')),
    ...each('--attest', request.attests),
    ...each('--secret', request.secrets),
    ...one('--shm-size', request.shmSize),
    ...each('--ssh', request.ssh),
    ...each('--tag', request.tags),
    ...one('--target', request.target),
    ...each('--ulimit', request.ulimit),
    ...one('--builder', add.builder),
    ...flag('--load', request.load || add.load),
    ...one('--metadata-file', add.metadataFile),
    ...one('--network', request.network),
    ...flag('--no-cache', request.noCache || add.noCache),
    ...flag('--pull', request.pull),
    ...flag('--push', request.push),
    request.context,
  ];
}

/** The line as a person can paste it into a shell. */
export function shellLine(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

function each(name: string, values: readonly string[]): readonly string[] {
  return values.flatMap((value) => [name, value]);
}

function one(name: string, value: string | null): readonly string[] {
  return value === null || value === '' ? [] : [name, value];
}

function flag(name: string, on: boolean): readonly string[] {
  return on ? [name] : [];
}
