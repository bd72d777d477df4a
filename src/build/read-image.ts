import { z } from 'zod';
import type { Inputs } from '../inputs/types.ts';
import type { RunCommand } from '../process/run-command.ts';
import type { RegistryClient } from '../registry/client.ts';
import { parseReference } from '../registry/reference.ts';
import type { BuiltImage, BuiltPlatform } from './image.ts';
import { readRegistryImage } from './registry-image.ts';

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
    const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(READ_TIMEOUT_MS)]);
    const { platforms, problem } = await readRegistryImage(location, built.enginePlatform, ports.registry, signal);
    return { ...base, where: 'registry', platforms, problem };
  }
  if (!built.loaded) return { ...base, where: 'builder cache', platforms: [], problem: 'the image was not loaded' };
  return { ...base, where: 'engine', ...(await fromEngine(tag, inputs.request.platforms, ports)) };
}

interface Platforms {
  readonly platforms: readonly BuiltPlatform[];
  readonly problem: string | null;
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
