import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { everyImage } from '../facts/every-image.ts';
import { recallDigests } from '../facts/digest-memory.ts';
import { diskPaths } from '../facts/paths.ts';
import { ownPlatform } from '../facts/read-dockerfiles.ts';
import { DEFAULT_SCANNER } from '../facts/sbom-scanner.ts';
import { needOf, type NeedOptions } from '../health/needs.ts';
import type { ImageNeed } from '../health/probe-image.ts';
import { argumentsOf } from '../inputs/build-args.ts';
import type { Inputs } from '../inputs/types.ts';
import { BUILDKIT_IMAGE } from '../plan/builder-choice.ts';
import { contextKey, formatReference, parseReference } from '../registry/reference.ts';
import type { World } from './world.ts';

/** The Dockerfiles that the warm store is filled for. */
export interface WarmFiles {
  readonly paths: readonly string[];
  /** They are the bundled ones for Go services, whose modules are wanted too. */
  readonly bundled: boolean;
}

/** The named ones, an input `file` may hold several, one a line; else what a build here would take. */
export function warmFiles(
  inputs: Inputs,
  world: Pick<World, 'cwd' | 'bundled'>,
): WarmFiles | { readonly problem: string } {
  const named = (inputs.request.file ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const missing = named.filter((file) => !diskPaths.isFile(resolve(world.cwd, file)));
  if (missing.length > 0) return { problem: `prewarm: there is no Dockerfile ${missing.join(', ')}` };
  if (named.length > 0) return { paths: named.map((file) => resolve(world.cwd, file)), bundled: false };
  const present = (folder: string): readonly string[] =>
    ['Dockerfile', 'Dockerfile.resilient'].map((name) => join(folder, name)).filter(diskPaths.isFile);
  const own = present(world.cwd);
  if (own.length > 0) return { paths: own, bundled: false };
  if (diskPaths.isFile(join(world.cwd, 'go.mod'))) return { paths: present(world.bundled), bundled: true };
  return { problem: 'prewarm: there is no Dockerfile here; name the ones to fetch images for' };
}

/** Every image that these Dockerfiles can need in any weather, with the builder's and the SBOM scanner's. */
export async function warmNeeds(inputs: Inputs, world: World, files: WarmFiles): Promise<readonly ImageNeed[]> {
  const { settings, request } = inputs;
  const texts = await Promise.all(files.paths.map(async (path) => await readFile(path, 'utf8')));
  const own = ownPlatform(process.arch);
  const asked = { buildArgs: argumentsOf(request.buildArgs), platforms: request.platforms, buildPlatform: own };
  const images = new Map(everyImage(texts, asked));
  const add = (name: string, platforms: readonly string[]): void => {
    const parsed = parseReference(name);
    if (parsed.kind !== 'parsed') return;
    const key = formatReference(parsed.reference);
    const known = images.get(key)?.platforms ?? [];
    images.set(key, { reference: parsed.reference, platforms: [...new Set([...known, ...platforms])] });
  };
  for (const { contextKey: wanted, alternatives } of settings.fallbacks) {
    const image = [...images.values()].find(({ reference }) => contextKey(reference) === wanted);
    for (const name of image === undefined ? [] : alternatives) add(name, image?.platforms ?? []);
  }
  add(BUILDKIT_IMAGE, [own]);
  add(DEFAULT_SCANNER, [own]);
  const options: NeedOptions = {
    mirrors: { custom: settings.mirrors, mirrorsOnly: settings.mirrorsOnly },
    memory: await recallDigests(settings.cacheLocalPath),
    lock: world.lock,
  };
  return [...images.values()].map(({ reference, platforms }) =>
    needOf(reference, platforms.length === 0 ? [own] : platforms, options),
  );
}
