import { afterEach, describe, expect, test } from 'vitest';
import { pushAgain, type PushAgainResult, type PushQuestion } from '../../src/build/push-again.ts';
import { nameCommand, pushCommand } from '../../src/build/push-means.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { ManifestHeadAnswer, RegistryClient } from '../../src/registry/client.ts';
import { planOf } from '../plan/question.ts';
import { digestA, digestB, failureOf, inputsOf } from '../plan/world.ts';
import { createFakeDocker, type FakeCall, type FakeDocker } from './fake-docker.ts';

let docker: FakeDocker | null = null;
afterEach(async () => await docker?.close());

const engine: Plan = {
  ...(await planOf({ inputs: inputsOf({ push: 'true' }) })),
  builder: { kind: 'current', name: null, driver: 'docker' },
};
const container: Plan = { ...engine, builder: { kind: 'current', name: 'ci', driver: 'docker-container' } };
const ghcr = 'ghcr.io/acme/api:v1';
const quay = 'quay.io/acme/api:v1';
const transient = failureOf({
  class: 'push-failed-transient',
  cause: 'push',
  component: 'ghcr.io',
  retryable: true,
  headline: 'ghcr.io answered 502',
});
const refused = failureOf({
  class: 'registry-auth',
  cause: 'push',
  component: 'ghcr.io',
  retryable: false,
  headline: 'ghcr.io refused access',
});
const says502 = {
  says: 'unknown: unexpected status from POST request to https://ghcr.io/v2/acme/api/blobs/uploads/: 502 Bad Gateway\n',
  code: 1,
};
const says403 = { says: 'denied: permission_denied: write_package\n', code: 1 };
const pushed = (digest: string): FakeCall => ({ says: `v1: digest: ${digest} size: 855\n` });

const missing = { kind: 'missing', host: 'ghcr.io', evidence: '' } as const;
const found = (digest: string): ManifestHeadAnswer => ({
  kind: 'found',
  digest,
  mediaType: '',
  sizeBytes: 1,
  latencyMs: 1,
  rateLimit: null,
});

interface Given {
  readonly calls: readonly FakeCall[];
  readonly question?: Partial<PushQuestion>;
  /** What each registry has under the tag already. */
  readonly has?: Readonly<Record<string, ManifestHeadAnswer>>;
}

async function run(
  given: Given,
): Promise<PushAgainResult & { readonly calls: number; readonly named: readonly string[]; readonly output: string }> {
  const fake = await createFakeDocker(given.calls);
  docker = fake;
  const named: string[] = [];
  let output = '';
  const registry: RegistryClient = {
    headManifest: async ({ host }) => await Promise.resolve(given.has?.[host] ?? missing),
    getManifest: async () => await Promise.resolve(missing),
    getBlobRange: async () => await Promise.resolve(missing),
  };
  const question: PushQuestion = {
    plan: engine,
    tags: [ghcr],
    digest: digestA,
    failure: transient,
    stallMs: 10_000,
    remainingMs: () => 60_000,
    ...given.question,
  };
  const result = await pushAgain(question, {
    env: fake.env,
    cwd: fake.folder,
    signal: new AbortController().signal,
    write: (text) => (output += text),
    random: () => 0,
    registry,
    run: async (argv) => {
      named.push(argv.join(' '));
      return await Promise.resolve({ kind: 'exited', code: 0, stdout: '', stderr: '' });
    },
  });
  return { ...result, calls: await fake.calls(), named, output };
}

test('what an engine has built is pushed until it arrives', async () => {
  const result = await run({ calls: [says502, says502, pushed(digestA)] });
  expect(result).toMatchObject({
    kind: 'pushed',
    calls: 3,
    times: 3,
    pushed: [{ tag: ghcr, digest: digestA, problem: null }],
  });
  expect(result.output).toContain('ghcr.io answered 502; pushing again what was built\n');
});

test('what has arrived after all is not pushed again', async () => {
  const result = await run({ calls: [], has: { 'ghcr.io': found(digestA) } });
  expect(result).toMatchObject({
    kind: 'pushed',
    calls: 0,
    times: 0,
    waitedMs: 0,
    pushed: [{ tag: ghcr, digest: digestA, problem: null }],
  });
});

test('an older image under the tag is not what was built', async () => {
  const result = await run({ calls: [pushed(digestA)], has: { 'ghcr.io': found(digestB) } });
  expect(result).toMatchObject({ kind: 'pushed', calls: 1, pushed: [{ tag: ghcr, digest: digestA }] });
});

test('a refusal is final for its registry, and for no other', async () => {
  const result = await run({ calls: [pushed(digestA)], question: { tags: [ghcr, quay], failure: refused } });
  expect(result).toMatchObject({
    kind: 'failed',
    calls: 1,
    failure: { class: 'registry-auth' },
    pushed: [
      { tag: ghcr, digest: null, problem: 'ghcr.io refused access' },
      { tag: quay, digest: digestA, problem: null },
    ],
  });
  expect(result.named).toEqual([`docker tag ${digestA} ${quay}`]);
});

test('a push that turns out to be refused is not tried for ever', async () => {
  const result = await run({ calls: [says502, says403] });
  expect(result).toMatchObject({
    kind: 'failed',
    calls: 2,
    failure: { class: 'registry-auth', component: 'ghcr.io' },
    lastLine: says403.says.trim(),
  });
});

test('the deadline ends it', async () => {
  let left = 3;
  const result = await run({
    calls: Array.from({ length: 9 }, () => says502),
    question: { remainingMs: () => 1000 * left-- },
  });
  expect(result).toMatchObject({ kind: 'failed', pushed: [{ tag: ghcr, digest: null }] });
  expect(result.calls).toBeLessThan(4);
});

describe('a builder that keeps its result to itself', () => {
  test('builds again from its cached steps where nothing arrived', async () => {
    expect(await run({ calls: [], question: { plan: container } })).toMatchObject({ kind: 'build again', calls: 0 });
  });

  test('has what arrived at one registry copied to the other', async () => {
    const result = await run({
      calls: [{}],
      question: { plan: container, tags: [quay, ghcr] },
      has: { 'quay.io': found(digestA) },
    });
    expect(result).toMatchObject({
      kind: 'pushed',
      calls: 1,
      pushed: [
        { tag: quay, digest: digestA },
        { tag: ghcr, digest: digestA },
      ],
    });
    expect(result.named).toEqual([]);
  });
});

test('the commands', () => {
  expect(pushCommand(engine, ghcr, digestA, [])).toEqual(['docker', 'push', ghcr]);
  const elsewhere: Plan = { ...engine, builder: { kind: 'current', name: 'remote', driver: 'docker' } };
  expect(pushCommand(elsewhere, ghcr, digestA, [])).toEqual(['docker', '--context', 'remote', 'push', ghcr]);
  expect(nameCommand(elsewhere, ghcr, digestA)).toEqual(['docker', '--context', 'remote', 'tag', digestA, ghcr]);
  expect(pushCommand(container, ghcr, digestA, [])).toBeNull();
  expect(pushCommand(container, ghcr, null, [quay])).toBeNull();
  const copy = ['docker', 'buildx', 'imagetools', 'create', '--tag', ghcr, `quay.io/acme/api@${digestA}`];
  expect(pushCommand(container, ghcr, digestA, [quay])).toEqual(copy);
});
