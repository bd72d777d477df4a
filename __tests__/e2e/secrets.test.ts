import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ActionResult } from '../lab/host/runner.ts';
import { pushCredentials } from '../lab/services/hosts.ts';
import { runnerVariables } from '../lab/services/runner-token.ts';
import { cachePath, checkout, runAction, TINY, useLab, type Sources } from './world.ts';

const world = useLab();
const variables = runnerVariables();
const secrets = [variables['ACTIONS_RUNTIME_TOKEN'] ?? '', pushCredentials.password];
/** As they travel: in a token, in a docker configuration, in a URL. */
const forms = [...secrets, Buffer.from(`${pushCredentials.user}:${pushCredentials.password}`).toString('base64')];

/** A build that prints what it should never have been given, as build scripts with `set -x` do. */
function indiscreet(last: string): Sources {
  const prints = forms.map((form) => `RUN echo "token=${form}"`);
  return { Dockerfile: ['FROM alpine:3.22', ...prints, last, ''].join('\n') };
}

test('secrets appear nowhere: not in what the action says, nor in what the build prints', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await expectSecrecy(await runAction(lab, {}, { cache: false, env: { ...variables, DEBUG: '1' } }));

  await checkout(lab, indiscreet('CMD ["true"]'));
  const green = await runAction(lab, {}, { cache: false, env: { ...variables, DEBUG: '1' } });
  expect(green.exitCode, green.log).toBe(0);
  expect(green.log).toContain('token=***');
  await expectSecrecy(green);

  await checkout(lab, indiscreet(`RUN echo "${forms.join(' ')}" >&2; exit 3`));
  const red = await runAction(lab, {}, { cache: false, env: { ...variables, DEBUG: '1' } });
  expect(red.exitCode).toBe(1);
  expect(red.outputs['failure-class']).toBe('user-code');
  await expectSecrecy(red);
});

/** In no text that leaves the step, and in no file that it leaves behind. */
async function expectSecrecy(result: ActionResult): Promise<void> {
  const log = result.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  const texts: Record<string, string> = {
    log: log.join('\n'),
    summary: result.summary,
    outputs: JSON.stringify(result.outputs),
    exported: JSON.stringify(result.exported),
    state: JSON.stringify(result.state),
  };
  for (const file of await filesBelow(world.lab.job.temp)) texts[file] = await readFile(file, 'utf8');
  for (const file of await filesBelow(cachePath(world.lab)))
    if (/\.json$/.test(file)) texts[file] = await readFile(file, 'utf8');
  const leaks = Object.entries(texts).flatMap(([place, text]) =>
    forms.filter((form) => text.includes(form)).map(() => place),
  );
  expect(leaks).toEqual([]);
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
