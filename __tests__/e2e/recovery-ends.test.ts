import { expect, test } from 'vitest';
import { expectNothingLeft } from './expectations.ts';
import { expectCancelled, expectGreen, expectRed, NONCE, nonces, once } from './recovery.ts';
import { cachePath, checkout, runAction, useLab } from './world.ts';

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

test.each([
  ['the deadline', () => ({ 'build-timeout-optimal': 3 })],
  // A job's time has 20 s of it left for the summary.
  ["the end of the job's time", () => ({ 'job-deadline': Math.ceil(Date.now() / 1000) + 20 + 6 })],
])('%s ends the build, and says where it was', async (_, limit) => {
  const { lab } = world;
  await checkout(lab, sources('RUN sleep 60'));
  const result = await runAction(lab, limit());
  await expectRed(lab, result, {
    class: 'timeout',
    step: /RUN sleep 60/,
    headline: /reached its deadline after \d s, in .*RUN sleep 60/,
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
    let isSaid = false;
    const seen = once(said, async () => await Promise.resolve((isSaid = true)));
    const isProbing = async (): Promise<boolean> => (await lab.requests()).length > 3;
    await expectCancelled(lab, said.test('') ? isProbing : () => Promise.resolve(isSaid), seen);
  },
);

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
