import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { RunCommand } from '../../process/run-command.ts';

const Config = z.object({
  Entrypoint: z.array(z.string()).nullish(),
  Cmd: z.array(z.string()).nullish(),
  Env: z.array(z.string()).nullish(),
  User: z.string().nullish(),
});

export interface ImageConfig {
  /** Entry point and command, as a container starts them. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
}

/** What an image in the engine starts, and as whom. */
export async function readConfig(run: RunCommand, image: string): Promise<ImageConfig | null> {
  const outcome = await run(['docker', 'image', 'inspect', '--format', '{{json .Config}}', image], {
    timeoutMs: 30_000,
  });
  if (outcome.kind === 'failed' || outcome.code !== 0) return null;
  const parsed = Config.safeParse(JSON.parse(outcome.stdout));
  if (!parsed.success) return null;
  const { Entrypoint, Cmd, Env, User } = parsed.data;
  const env = Object.fromEntries((Env ?? []).map((one) => [one.split('=')[0] ?? '', one.slice(one.indexOf('=') + 1)]));
  return { words: [...(Entrypoint ?? []), ...(Cmd ?? [])], env, user: User ?? '' };
}

/** Reads files of an image, through a container that is never started. */
export interface ImageFiles {
  readonly read: (path: string) => Promise<Buffer | null>;
  readonly close: () => Promise<void>;
}

export async function openFiles(run: RunCommand, image: string, tempDir: string): Promise<ImageFiles | null> {
  const created = await run(['docker', 'create', '--network', 'none', image, 'nothing'], { timeoutMs: 60_000 });
  if (created.kind === 'failed' || created.code !== 0) return null;
  const container = created.stdout.trim();
  const copy = join(tempDir, 'checked-file');
  return {
    read: async (path) => {
      const outcome = await run(['docker', 'cp', '--follow-link', `${container}:${path}`, copy], { timeoutMs: 60_000 });
      const content = outcome.kind === 'exited' && outcome.code === 0 ? await readFile(copy).catch(() => null) : null;
      await rm(copy, { recursive: true, force: true });
      return content;
    },
    close: async () => {
      await run(['docker', 'rm', '--force', container], { timeoutMs: 30_000 });
    },
  };
}
