import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mustRun, plainEnvironment } from './command.ts';

export interface RepositoryOptions {
  /** Cannot be fetched without credentials. Default: public. */
  readonly isPrivate?: boolean;
}

/** Makes `OWNER/NAME` a repository of one commit with these files, and answers the commit's SHA. */
export async function publishRepository(
  folder: string,
  name: string,
  files: Readonly<Record<string, string>>,
  { isPrivate = false }: RepositoryOptions = {},
): Promise<string> {
  const repository = path.join(folder, `${name}.git`);
  const sources = `${repository}.files`;
  await Promise.all([repository, sources].map((one) => rm(one, { recursive: true, force: true })));
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(sources, file)), { recursive: true });
    await writeFile(path.join(sources, file), content);
  }
  const author = { GIT_AUTHOR_NAME: 'lab', GIT_AUTHOR_EMAIL: 'lab@example.com' };
  const committer = { GIT_COMMITTER_NAME: 'lab', GIT_COMMITTER_EMAIL: 'lab@example.com' };
  const env = { ...plainEnvironment(), ...author, ...committer, GIT_CONFIG_NOSYSTEM: '1' };
  const git = async (...argv: readonly string[]): Promise<string> => await mustRun(['git', ...argv], { env });
  const inside = ['--git-dir', repository, '--work-tree', sources];
  await git('init', '--quiet', '--bare', '--initial-branch', 'main', repository);
  // As GitHub does: a commit may be fetched by its SHA alone.
  await git('--git-dir', repository, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  await git(...inside, 'add', '--all');
  await git(...inside, 'commit', '--quiet', '--message', 'sources of a case');
  if (!isPrivate) {
    await writeFile(path.join(repository, 'git-daemon-export-ok'), '');
  }
  return (await git('--git-dir', repository, 'rev-parse', 'HEAD')).trim();
}
