import { z } from 'zod';
import type { Inputs } from '../inputs/types.ts';
import type { RunCommand } from '../process/run-command.ts';
import type { Location } from '../registry/answer.ts';
import type { RegistryClient } from '../registry/client.ts';
import { parseManifest, type PlatformManifest } from '../registry/manifest.ts';
import { parseReference } from '../registry/reference.ts';
import type { BuiltImage, BuiltPlatform } from '../report/result.ts';

export interface ReadImagePorts {
  readonly registry: RegistryClient;
  readonly run: RunCommand;
  readonly signal: AbortSignal;
}

export interface BuiltNames {
  readonly digest: string | null;
  readonly imageId: string | null;
  /** The platform of the engine, for images that name none. */
  readonly enginePlatform: string | null;
  readonly loaded: boolean;
}

/** How long the summary may wait for sizes; the image is there with or without them. */
const READ_TIMEOUT_MS = 10_000;

/** Reads the image back from where it now is: the registry it was pushed to, or the engine. */
export async function readImage(inputs: Inputs, built: BuiltNames, ports: ReadImagePorts): Promise<BuiltImage | null> {
  const [tag] = inputs.request.tags;
  if (tag === undefined) return null;
  const parsed = parseReference(tag);
  const registry = parsed.kind === 'parsed' ? parsed.reference.registry : null;
  const base = { reference: tag, registry, digest: built.digest, imageId: built.imageId };
  if (inputs.request.push && parsed.kind === 'parsed') {
    const { repository } = parsed.reference;
    const reference = built.digest ?? parsed.reference.tag ?? 'latest';
    const location = { host: parsed.reference.registry, repository, reference };
    return { ...base, where: 'registry', ...(await fromRegistry(location, built.enginePlatform, ports)) };
  }
  if (!built.loaded) return { ...base, where: 'builder cache', platforms: [], problem: 'the image was not loaded' };
  return { ...base, where: 'engine', ...(await fromEngine(tag, inputs.request.platforms, ports)) };
}

interface Platforms {
  readonly platforms: readonly BuiltPlatform[];
  readonly problem: string | null;
}

async function fromRegistry(
  location: Location,
  enginePlatform: string | null,
  ports: ReadImagePorts,
): Promise<Platforms> {
  const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(READ_TIMEOUT_MS)]);
  const manifest = await ports.registry.getManifest(location, signal);
  if (manifest.kind !== 'found') return { platforms: [], problem: manifest.evidence };
  const content = parseManifest(manifest.body);
  switch (content.kind) {
    case 'malformed':
      return { platforms: [], problem: content.problem };
    case 'image':
      return { platforms: [{ platform: enginePlatform ?? 'unknown', sizeBytes: sizeOf(content) }], problem: null };
    case 'index': {
      const sizes = content.platforms.map((entry) => platformSize(location, entry, ports.registry, signal));
      return { platforms: await Promise.all(sizes), problem: null };
    }
  }
}

async function platformSize(
  location: Location,
  entry: PlatformManifest,
  registry: RegistryClient,
  signal: AbortSignal,
): Promise<BuiltPlatform> {
  const manifest = await registry.getManifest({ ...location, reference: entry.digest }, signal);
  const content = manifest.kind === 'found' ? parseManifest(manifest.body) : null;
  return { platform: entry.platform, sizeBytes: content?.kind === 'image' ? sizeOf(content) : null };
}

function sizeOf(image: {
  readonly config: { sizeBytes: number };
  readonly layers: readonly { sizeBytes: number }[];
}): number {
  return image.layers.reduce((sum, layer) => sum + layer.sizeBytes, image.config.sizeBytes);
}

const Inspected = z.array(
  z.object({ Size: z.number().optional(), Os: z.string(), Architecture: z.string(), Variant: z.string().nullish() }),
);

/** Asks the engine once for each platform; an engine that does not know --platform answers for its own. */
async function fromEngine(tag: string, platforms: readonly string[], ports: ReadImagePorts): Promise<Platforms> {
  const asked = platforms.length > 1 ? platforms.map((platform) => ['--platform', platform]) : [[]];
  const answers = await Promise.all(
    asked.map(
      async (option) => await ports.run(['docker', 'image', 'inspect', ...option, tag], { timeoutMs: READ_TIMEOUT_MS }),
    ),
  );
  const images = answers.flatMap((answer) => (answer.kind === 'exited' ? inspected(answer.stdout) : []));
  const found = images.map((image) => ({
    platform: [image.Os, image.Architecture, ...(image.Variant ? [image.Variant] : [])].join('/'),
    sizeBytes: image.Size ?? null,
  }));
  const problem = found.length === 0 ? 'the engine does not show the image' : null;
  return { platforms: [...new Map(found.map((one) => [one.platform, one])).values()], problem };
}

function inspected(stdout: string): z.infer<typeof Inspected> {
  try {
    return Inspected.parse(JSON.parse(stdout));
  } catch {
    return [];
  }
}
