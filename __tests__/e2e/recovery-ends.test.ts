import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Lab } from '../lab/lab.ts';
import { expectNothingLeft } from './expectations.ts';
import { expectGreen, expectRed, NONCE, nonces, once } from './recovery.ts';
import { cachePath, checkout, givenInputs, runAction, useLab } from './world.ts';

const world = useLab();

function sources(step: string): { readonly Dockerfile: string } {
  return { Dockerfile: `FROM alpine:3.22\nARG VERSION\n${step}\nCMD ["true"]\n` };
}

test("a user's test in RUN that prints outage words: red at once", async () => {
  const { lab } = world;
  const words =
    'FAIL: got 503 Service Unavailable; dial tcp 127.0.0.1:5432: connect: connection refused; TLS handshake timeout';
  await checkout(lab, sources(`RUN echo "${words}"; exit 1`));
  await expectRed(lab, await runAction(lab), {
    class: 'user-code',
    step: /RUN echo/,
    headline: /Dockerfile:3 .*not retried/,
  });
});

test('the deadline ends the build, and says where it was', async () => {
  const { lab } = world;
  await checkout(lab, sources('RUN sleep 60'));
  const result = await runAction(lab, { 'build-timeout-optimal': 3 });
  await expectRed(lab, result, {
    class: 'timeout',
    step: /RUN sleep 60/,
    headline: /reached its deadline after [34] s, in .*RUN sleep 60/,
  });
});

test('a step that is silent for too long is ended, and not tried again', async () => {
  const { lab } = world;
  await checkout(lab, sources('RUN sleep 60'));
  const result = await runAction(lab, { 'stall-timeout': 2 });
  await expectRed(lab, result, {
    class: 'timeout',
    step: /RUN sleep 60/,
    headline: /gave no sign of life in .*RUN sleep 60/,
  });
});

const moments = [
  { name: 'while it probes', said: /^/, faults: [{ host: 'registry-1.docker.io', fault: 'silent' }] as const },
  { name: 'in mid-build', said: /^#\d+ \[2\/2\] RUN sleep/m, faults: [] },
  {
    name: 'in mid-push',
    said: /^#\d+ pushing layers/m,
    faults: [{ host: 'ghcr.io', fault: 'silent', path: '/blobs/uploads/' }] as const,
  },
  {
    name: 'while it writes its caches',
    said: /^#\d+ exporting to GitHub Actions Cache/m,
    faults: [{ host: 'productionresultssa0.blob.core.windows.net', fault: 'silent', method: 'PUT' }] as const,
  },
  {
    name: 'while it waits',
    said: /^attempt 2 of 3 .*waiting/m,
    faults: [{ host: 'ghcr.io', fault: 'status', status: 503, path: '/acme/base/' }] as const,
  },
];

test.each(moments)(
  'the job is cancelled $name: it stops at once, and tells what it knows',
  async ({ said, faults, name }) => {
    const { lab } = world;
    await checkout(
      lab,
      name === 'while it waits'
        ? { Dockerfile: 'FROM ghcr.io/acme/base:1\nRUN true\n' }
        : sources(name === 'in mid-build' ? 'RUN sleep 60' : 'RUN true'),
    );
    await lab.faults(faults);
    await expectCancelled(lab, said);
  },
);

async function expectCancelled(lab: Lab, said: RegExp): Promise<void> {
  let reached = false;
  const running = await lab.start({
    timeoutMs: 60_000,
    inputs: givenInputs(lab),
    ...once(said, async () => {
      reached = true;
      await Promise.resolve();
    }),
  });
  const isReached = async (): Promise<boolean> => (said.test('') ? (await lab.requests()).length > 3 : reached);
  while (!(await isReached())) await sleep(20);
  const result = await running.cancel();
  // The runner kills what has not ended 10 s after its signal; that would be -1.
  expect(result.exitCode, result.log).toBe(1);
  expect(result.outputs['report']).toBeDefined();
  expect(result.outputs['health-score']).toMatch(/^\d+$/);
  await lab.faults([]);
  await result.post();
  expect(result.summary, result.log).toMatch(/^### ⏹️ `ghcr\.io\/acme\/api:v1\.4\.2` cancelled after/);
  await expectNothingLeft(lab, cachePath(lab));
}

test('the command line says 130 when it is interrupted', async () => {
  const { lab } = world;
  await checkout(lab, sources('RUN sleep 60'));
  const cli = process.env['LAB_ACTION'] === undefined ? 'dist/cli.js' : `${process.env['LAB_ACTION']}/dist/cli.js`;
  const line = `node ${cli.startsWith('/') ? cli : `${process.cwd()}/${cli}`} api ghcr.io/acme/api v1 --cache-local-path ${cachePath(lab)} & p=$!; sleep 3; kill -INT $p; wait $p; echo "code $?"`;
  const result = await lab.sh(line);
  expect(result.stdout, result.log).toMatch(/code 130\n$/);
  await expectNothingLeft(lab, cachePath(lab));
});

test('the engine is killed in mid-build, and comes back: the build begins again there', async () => {
  const { lab } = world;
  await checkout(lab, { Dockerfile: NONCE['Dockerfile']?.replace('RUN echo', 'RUN sleep 1; echo') ?? '' });
  const result = await runAction(
    lab,
    {},
    once(/^#\d+ \[2\/2\] RUN sleep/m, () => lab.freshEngine()),
  );
  expect(nonces(result)).toHaveLength(1);
  await expectGreen(lab, result, { attempts: Number(result.outputs['attempts']) });
  expect(Number(result.outputs['attempts'])).toBeGreaterThan(1);
});
