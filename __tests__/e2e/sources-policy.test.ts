import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TAG } from './expectations.ts';
import { engineFetches, expectBuilt, expectRefused, HUB_DOWN, sourcesOf } from './sources.ts';
import { checkout, runAction, TINY, TINY_OUTPUT, useLab } from './world.ts';

/* Images that no named context reaches: a source policy redirects them. */
const world = useLab();
const VARIABLE = 'EXPERIMENTAL_BUILDKIT_SOURCE_POLICY';
const SCANNER = 'docker/buildkit-syft-scanner:stable-1';

/** `FROM debian AS debian`: a context of that name would replace the stage and drop its commands. */
const SHADOWED = {
  Dockerfile: [
    'FROM debian AS debian',
    'RUN echo "the stage ran" >/message',
    'FROM alpine:3.22',
    'COPY --from=debian /message /message',
    'CMD ["cat", "/message"]',
    '',
  ].join('\n'),
};

test('an image that a stage is named like comes from a mirror, and the stage still runs', async () => {
  const { lab } = world;
  await checkout(lab, SHADOWED);
  await lab.faults(HUB_DOWN);
  await lab.clearRequests();
  const result = await runAction(lab);
  await expectBuilt(lab, result, 'the stage ran\n');
  const digest = (await lab.inspectRemote('debian:latest'))?.digest ?? '';
  const source = (await sourcesOf(result))['debian'];
  expect(source).toMatchObject({ digest });
  expect(result.summary).toContain(VARIABLE);
  const fetched = engineFetches(await lab.requests());
  expect(fetched).toContainEqual(expect.stringMatching(new RegExp(`^${source?.by} \\S*library/debian@${digest}$`)));
  expect(fetched.filter((one) => one.startsWith('registry-1.docker.io'))).toEqual([]);
  expect((await readdir(lab.job.temp)).filter((name) => name.includes('policy'))).toEqual([]);
});

test('the job has a source policy of its own: it is left alone, and the log says what follows from that', async () => {
  const { lab } = world;
  await checkout(lab, SHADOWED);
  await lab.faults(HUB_DOWN);
  const own = path.join(lab.job.folder, 'policy.json');
  await writeFile(own, JSON.stringify({ version: 1, rules: [] }));
  const result = await runAction(lab, { 'max-retry-attempts': 1 }, { env: { [VARIABLE]: own } });
  await expectRefused(lab, result, [
    `a stage is named like debian, and the job has a source policy of its own (${VARIABLE})`,
    /rename the stage/i,
  ]);
});

test('an SBOM is asked for and Docker Hub is down: its scanner comes from a mirror by digest', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults(HUB_DOWN);
  await lab.clearRequests();
  const result = await runAction(lab, { sbom: true });
  await expectBuilt(lab, result, TINY_OUTPUT);
  const digest = (await lab.inspectRemote(SCANNER))?.digest ?? '';
  expect((await sourcesOf(result))[SCANNER]).toMatchObject({ digest });
  expect((await lab.inspectRemote(TAG))?.attestations).toContain('https://spdx.dev/Document');
  const fetched = engineFetches(await lab.requests());
  expect(fetched).toContainEqual(expect.stringMatching(new RegExp(`\\S*docker/buildkit-syft-scanner@${digest}$`)));
  expect(fetched.filter((one) => one.startsWith('registry-1.docker.io'))).toEqual([]);
});
