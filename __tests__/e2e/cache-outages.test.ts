import { expect, test } from 'vitest';
import type { Fault, SeenRequest } from '../lab/contract.ts';
import { commandOf, expectPushed, expectSummary, PLAN_SECONDS, planSeconds, TAG } from './expectations.ts';
import { checkout, runAction, TINY, TINY_OUTPUT, useLab } from './world.ts';

const world = useLab();
const host = 'results-receiver.actions.githubusercontent.com';

const outages: readonly { readonly name: string; readonly fault: Fault; readonly evidence: string }[] = [
  {
    name: 'answers 400 with an HTML page',
    fault: { host, fault: 'status', status: 400, body: 'html' },
    evidence: `${host} answered 400 with an HTML page`,
  },
  { name: 'is silent', fault: { host, fault: 'silent' }, evidence: 'no answer in 2.5 s' },
];

test.each(outages)(
  'the Actions cache $name: it is left out, and the build does not notice',
  async ({ fault, evidence }) => {
    const { lab } = world;
    await checkout(lab, TINY);
    await lab.faults([fault]);
    const result = await runAction(lab);
    const recovered = 'Actions cache down (only the registry cache was asked)';
    await expectPushed(lab, result, { prints: TINY_OUTPUT, score: 85, ghaCache: false, recovered });
    expect(result.log).toContain('⚠️ GHA cache service may be experiencing issues');
    expect(result.log).toContain('Infrastructure health score: 85/100 (85%)');
    expect(planSeconds(result)).toBeLessThan(PLAN_SECONDS);
    expect(commandOf(result)).not.toContain('type=gha');
    expect(commandOf(result)).toContain('type=registry');
    expectSummary(result, [
      '### What was down',
      new RegExp(`^\\| Actions cache \\| .*${evidence} \\| Actions: operational \\| only the registry cache was asked`),
    ]);
  },
);

test('the Actions cache denies writing: the image is pushed, with the other caches', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults([{ host, fault: 'read-only' }]);
  const result = await runAction(lab);
  await expectPushed(lab, result, {
    prints: TINY_OUTPUT,
    recovered: 'Actions cache: export failed (the image is complete without it)',
  });
  expect((await attemptsToWrite()).map(({ status }) => status)).toContain(403);
  expect(await lab.inspectRemote('ghcr.io/acme/api:cache')).not.toBeNull();
});

test('a token that may only read: nothing is written to the Actions cache, and the log says why', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  const result = await runAction(lab, {}, { cache: { scopes: [{ scope: 'refs/heads/main', permission: 1 }] } });
  await expectPushed(lab, result, { prints: TINY_OUTPUT });
  expect(result.log).toMatch(
    /^✅ GHA cache service responsive .*the token may only read the cache, as in a pull request from a fork$/m,
  );
  expect(commandOf(result)).toContain('--cache-from type=gha,scope=api');
  expect(commandOf(result)).not.toContain('--cache-to type=gha');
  expect(await attemptsToWrite()).toEqual([]);
});

const useless = [
  {
    name: 'has expired',
    options: { cache: { validForSeconds: -60 } },
    why: 'the runtime token has expired',
  },
  {
    name: 'is none',
    options: { env: { ACTIONS_RUNTIME_TOKEN: 'nonsense' } },
    why: 'the runtime token is not a JSON web token',
  },
  {
    name: 'may do nothing (ACTIONS_CACHE_MODE)',
    options: { env: { ACTIONS_CACHE_MODE: 'none' } },
    why: 'this job may not use the cache \\(ACTIONS_CACHE_MODE=none\\)',
  },
] as const;

test.each(useless)('a token that $name: no form of the action gives it to BuildKit', async ({ options, why }) => {
  const { lab } = world;
  await checkout(lab, TINY);
  const result = await runAction(lab, {}, options);
  await expectPushed(lab, result, { prints: TINY_OUTPUT, ghaCache: false });
  expect(commandOf(result)).not.toContain('type=gha');
  expectSummary(result, [new RegExp(`^\\| gha \\| left out: ${why} \\| left out: ${why} \\|$`)]);
  const inputs = { context: '.', tags: TAG, 'cache-from': 'type=gha', 'cache-to': 'type=gha,mode=max' };
  const dropIn = await lab.run({ ...options, inputs });
  expect(dropIn.exitCode, dropIn.log).toBe(0);
  expect(commandOf(dropIn)).not.toContain('type=gha');
});

async function attemptsToWrite(): Promise<readonly SeenRequest[]> {
  return (await world.lab.requests()).filter((request) => request.path.endsWith('/CreateCacheEntry'));
}
