import { isAbsolute, join, resolve } from 'node:path';
import { argumentsOf } from './build-args.ts';
import { NOTHING_AROUND, type Around } from './drop-in/around.ts';
import { checkMix } from './drop-in/mix.ts';
import { withoutHurry } from './drop-in/patience.ts';
import { readGiven } from './drop-in/read.ts';
import { readSwitches } from './drop-in/switches.ts';
import { isPlatform, nearestPlatform } from './platforms.ts';
import type { RawInputs, RawValue } from './raw.ts';
import { optional, readBoolean, readChoice, readList, type Problems } from './readers.ts';
import { checkImage, checkReference, checkTag } from './image-name.ts';
import { readSettings } from './settings.ts';
import { STRATEGIES, type BuildRequest, type Form, type Inputs } from './types.ts';

/** The few questions that inputs ask of the disk; a port, so that parsing stays a table test. */
export interface PathKinds {
  readonly isFile: (path: string) => boolean;
  readonly isDirectory: (path: string) => boolean;
}

export type ParsedInputs =
  | {
      readonly kind: 'inputs';
      readonly inputs: Inputs;
      /** Values of secrets by the names of the files that will hold them; in nothing else that is parsed. */
      readonly secretValues: ReadonlyMap<string, string>;
      /** The input `github-token`, likewise; null without one. */
      readonly githubToken: string | null;
      readonly warnings: readonly string[];
    }
  /** Every problem there is, in the user's words. */
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** Reads and checks everything that the caller gave, before anything is probed or built. */
export function parseInputs(
  raw: RawInputs,
  paths: PathKinds,
  cwd: string,
  around: Around = NOTHING_AROUND,
): ParsedInputs {
  const problems: Problems = [];
  const mode = readChoice(raw('mode'), ['build', 'health', 'monitor', 'plan', 'prewarm'] as const, problems);
  const building = mode === 'build' || mode === 'plan';
  const strategy = readChoice(raw('strategy'), ['auto', ...STRATEGIES] as const, problems);
  const settings = readSettings(raw, problems);
  const service = readService(raw('service'), problems);
  const image = optional(raw('image'));
  const form: Form = image === null && service === null ? 'drop-in' : 'image';
  const warnings: string[] = [];
  const switches = readSwitches(around.env, problems, warnings);
  const isNamed =
    form === 'image' ? image !== null : raw('context').text !== '' || Boolean(around.env['GITHUB_REPOSITORY']);
  if (!isNamed && building) problems.push('image is empty: name the image to build, such as ghcr.io/acme/api');
  if (image !== null) checkImage(raw('image'), problems);
  checkTag(raw('version'), problems);
  if (settings.cacheRegistryRef !== null) checkReference(raw('cache-registry-ref'), problems);
  const given = readGiven(form, raw, around, problems);
  const request = form === 'image' ? imageRequest(raw, { image, service }, given.request, problems) : given.request;
  if (building) checkMix(form, raw, given.request, problems);
  // What docker/build-push-action leaves to buildx is left to buildx: its words are the ones that people know.
  checkPaths(raw, request, paths, cwd, form === 'image' && building, problems);
  if (mode === 'prewarm' && settings.offline)
    problems.push(`${raw('offline').label}: the mode prewarm fetches images, so it cannot be offline`);
  if (problems.length > 0) return { kind: 'problems', problems };
  const limits = form === 'image' ? settings : withoutHurry(settings, raw);
  const { asked, secretValues } = given;
  const version = raw('version').text;
  return {
    kind: 'inputs',
    inputs: { mode, form, strategy, service, image, version, request, asked, switches, settings: limits },
    secretValues,
    githubToken: optional(raw('github-token')),
    warnings: [...warnings, ...given.warnings],
  };
}

function readService(raw: RawValue, problems: Problems): string | null {
  if (raw.text !== '' && !/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(raw.text)) {
    problems.push(`${raw.label}: "${raw.text}" is not a service name; letters, digits, ".", "_", "-" and "/" make one`);
  } else if (raw.text.split('/').includes('..')) {
    problems.push(`${raw.label}: "${raw.text}" must not leave ./cmd`);
  }
  return optional(raw);
}

/** What `image`, `version` and `service` add to what else is given. */
function imageRequest(
  raw: RawInputs,
  names: { readonly image: string | null; readonly service: string | null },
  given: BuildRequest,
  problems: Problems,
): BuildRequest {
  const version = raw('version').text;
  const service = names.service === null ? [] : [`SERVICE=${names.service}`];
  return {
    ...given,
    buildArgs: [...service, `VERSION=${version}`, ...given.buildArgs],
    platforms: readPlatforms(raw('platforms'), problems),
    push: readBoolean(raw('push'), problems),
    tags: names.image === null ? [] : [`${names.image}:${version}`],
  };
}

function readPlatforms(raw: RawValue, problems: Problems): readonly string[] {
  const platforms = [...new Set(readList(raw))];
  for (const platform of platforms) {
    if (isPlatform(platform)) continue;
    const nearest = nearestPlatform(platform);
    problems.push(
      `${raw.label}: unknown platform "${platform}"${nearest === null ? ', such as linux/amd64 or linux/arm64' : `; did you mean ${nearest}?`}`,
    );
  }
  return platforms;
}

/** Whether the context is fetched by BuildKit itself (Git or HTTP), so that there is nothing to look at here. */
export function isRemoteContext(context: string): boolean {
  return /^(https?:\/\/|git:\/\/|ssh:\/\/|git@|github\.com\/)/.test(context);
}

function checkPaths(
  raw: RawInputs,
  request: BuildRequest,
  paths: PathKinds,
  cwd: string,
  building: boolean,
  problems: Problems,
): void {
  if (!building || isRemoteContext(request.context)) return;
  const context = resolve(cwd, request.context);
  if (!paths.isDirectory(context)) {
    problems.push(`${raw('context').label}: directory "${request.context}" does not exist`);
  }
  if (request.file !== null && dockerfileOf(request.file, cwd, context, paths) === null) {
    problems.push(`${raw('file').label}: Dockerfile "${request.file}" does not exist`);
  }
  if (request.file === null && paths.isDirectory(context) && defaultDockerfile(context, paths) === null) {
    const service = argumentsOf(request.buildArgs)['SERVICE'];
    const wanted = service === undefined ? 'no service is named' : `there is no cmd/${service}`;
    if (service !== undefined && paths.isDirectory(join(context, 'cmd', service))) return;
    problems.push(`${raw('context').label}: "${request.context}" has no Dockerfile, and for the bundled one ${wanted}`);
  }
}

/**
 * Where a named Dockerfile is: relative to the working directory as buildx has it, else to the context as people often
 * mean it; null if neither has it.
 */
export function dockerfileOf(file: string, cwd: string, context: string, paths: PathKinds): string | null {
  const candidates = isAbsolute(file) ? [file] : [resolve(cwd, file), join(context, file)];
  return candidates.find((candidate) => paths.isFile(candidate)) ?? null;
}

/** The Dockerfile that buildx finds by itself, in lower case too (docker/buildx build/opt.go `handleLowercaseDockerfile`). */
export function defaultDockerfile(context: string, paths: PathKinds): string | null {
  return ['Dockerfile', 'dockerfile'].map((name) => join(context, name)).find(paths.isFile) ?? null;
}
