import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { Facts } from '../facts/facts.ts';
import { directoryOf } from '../inputs/drop-in/git-context.ts';
import { githubRun } from '../inputs/drop-in/github-run.ts';
import { isRemoteContext } from '../inputs/parse.ts';
import type { Inputs } from '../inputs/types.ts';
import { annotationsOf, type CheckedDockerfile } from '../report/build-checks.ts';
import type { Rewrite } from '../plan/plan.ts';
import type { World } from './world.ts';

/**
 * Annotates what build checks found in the Dockerfile, unless DOCKER_BUILD_CHECKS_ANNOTATIONS is off.
 * @param rewrite what was built in the place of the user's, whose lines are meant
 */
export async function tellChecks(
  inputs: Inputs,
  world: World,
  facts: Facts,
  metadata: string | null,
  rewrite?: Rewrite,
): Promise<void> {
  if (!inputs.switches.checkAnnotations || metadata === null) return;
  const checked = await checkedDockerfile(inputs, world, facts);
  const built = rewrite === undefined ? {} : { content: rewrite.text, inserted: rewrite.lines };
  const annotations = annotationsOf(metadata, checked === null ? null : { ...checked, ...built });
  if (annotations.length === 0) return;
  world.journal.group(`Generating GitHub annotations (${annotations.length} build checks found)`);
  for (const { title, message, file, line } of annotations) world.journal.warning(message, { title, file, line });
  world.journal.endGroup();
}

async function checkedDockerfile(inputs: Inputs, world: World, facts: Facts): Promise<CheckedDockerfile | null> {
  const { file, context } = inputs.request;
  const isLocal = !isRemoteContext(context) || (file !== null && isAbsolute(file));
  if (!isLocal) return inRepository(inputs, world);
  const workspace = world.env['GITHUB_WORKSPACE'] || world.cwd;
  const { path } = facts.dockerfiles.standard;
  // One that could not be read is only known by its name.
  if (!isAbsolute(path)) return null;
  const inWorkspace = relative(workspace, path);
  if (inWorkspace.startsWith('..') || isAbsolute(inWorkspace)) return null;
  const content = await readFile(path, 'utf8').catch(() => null);
  return content === null ? null : { path: inWorkspace, content };
}

/** Of a Git context only the workflow's own repository can be annotated. */
function inRepository({ request }: Inputs, world: World): CheckedDockerfile | null {
  const run = githubRun(world.env, null);
  if (run === null) return null;
  const [address = ''] = request.context.split(/[#?]/);
  if (address.replace(/\.git$/, '') !== `${run.serverUrl}/${run.repository}`) return null;
  return { path: join(directoryOf(request.context), request.file ?? 'Dockerfile'), content: null };
}
