import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Plan } from '../plan/plan.ts';

/**
 * Writes the files that a plan is made with: a source policy, and the Dockerfile that is built in the place of the user's,
 * with its ignore file: BuildKit looks for `<Dockerfile>.dockerignore` beside it before it takes the context's own
 * (frontend/dockerui/config.go). A Git context has none: BuildKit takes all of it.
 */
export async function writeRewrite({ dockerfile, policy }: Plan): Promise<void> {
  if (policy !== undefined) await writeFile(policy.path, policy.text);
  const { rewrite, file } = dockerfile;
  if (rewrite === undefined) return;
  await mkdir(dirname(rewrite.path), { recursive: true });
  await writeFile(rewrite.path, rewrite.text);
  if (file.remote !== undefined) return;
  const ignore = `${rewrite.path}.dockerignore`;
  await copyFile(`${file.path}.dockerignore`, ignore).catch(async () => {
    await rm(ignore, { force: true });
  });
}
