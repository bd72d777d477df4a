import { expect, test } from 'vitest';
import type { Lab } from '../lab/lab.ts';
import { commandOf, expectSummary } from './expectations.ts';
import { expectBuilt, HUB_DOWN, hostsOf } from './sources.ts';
import { checkout, givenInputs, TINY, TINY_OUTPUT, useLab } from './world.ts';

const world = useLab();

/** Remote builders: `alive` leads to the engine's own BuildKit, `dead` to nobody, `silent` to somebody who never answers. */
async function makeBuilders(lab: Lab): Promise<void> {
  const made = await lab.sh(
    [
      'socat UNIX-LISTEN:$HOME/alive.sock,fork EXEC:"docker buildx --builder default dial-stdio" </dev/null >/dev/null 2>&1 &',
      'socat UNIX-LISTEN:$HOME/silent.sock,fork EXEC:"sleep 600" </dev/null >/dev/null 2>&1 &',
      'while [ ! -S $HOME/alive.sock ] || [ ! -S $HOME/silent.sock ]; do sleep 0.05; done',
      'for name in alive dead silent; do docker buildx create --name $name --driver remote unix://$HOME/$name.sock >/dev/null; done',
    ].join('\n'),
  );
  expect(made.exitCode, made.log).toBe(0);
}

test('dead and silent remote builders: the next one in the list builds, and the summary says why', async () => {
  const { lab } = world;
  await makeBuilders(lab);
  await checkout(lab, TINY);
  await lab.faults(HUB_DOWN);
  const inputs = { builder: 'dead', builders: 'silent, alive', 'builder-timeout': 3 };
  const result = await lab.run({ inputs: givenInputs(lab, inputs) });
  await expectBuilt(lab, result, TINY_OUTPUT);
  expect(commandOf(result)).toContain(' --builder alive ');
  expect(await hostsOf(result)).toEqual({ 'alpine:3.22': expect.stringMatching(/\./) as string });
  expectSummary(result, [
    /^⚠️ the builder dead was passed over: .*; built with alive instead$/,
    /^⚠️ the builder silent was passed over: .*; built with alive instead$/,
  ]);
  expect(result.log).toContain('the builder dead was passed over');
  // The user's own builders are left as they were.
  expect((await result.post()).exitCode).toBe(0);
  const left = await lab.sh("docker buildx ls --format '{{.Name}}' | sort -u");
  expect(left.stdout.trim().split('\n')).toEqual(expect.arrayContaining(['alive', 'dead', 'default', 'silent']));
});

test('no builder of the list answers: the engine builds by itself', async () => {
  const { lab } = world;
  await makeBuilders(lab);
  await checkout(lab, TINY);
  const result = await lab.run({ inputs: givenInputs(lab, { builder: 'dead', builders: 'nowhere', 'builder-timeout': 3 }) });
  await expectBuilt(lab, result, TINY_OUTPUT);
  expect(commandOf(result)).toContain(' --builder default ');
  expectSummary(result, [/^⚠️ the builder dead was passed over: /, /^⚠️ the builder nowhere was passed over: .*no builder "nowhere" found/]);
});
