import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { planSchema, reportSchema } from '../../scripts/docs/schemas.ts';
import { HUB_DOWN } from './sources.ts';
import { checkout, runAction, TINY, useLab } from './world.ts';

/* The plan that is only printed: all that a build needs, and JSON by a published schema. */
const world = useLab({ store: 'graphdriver' });

const SOURCES = {
  Dockerfile: [
    '# syntax=docker/dockerfile:1',
    'FROM golang:1.24-alpine AS build',
    'RUN go build -o /api ./cmd/api',
    'FROM gcr.io/distroless/static:nonroot',
    'COPY --from=build /api /api',
    '',
  ].join('\n'),
  'go.mod': 'module acme.example/api\n',
};

test('the plan lists every need, and its JSON and the report fit their schemas', async () => {
  const { lab } = world;
  await checkout(lab, SOURCES);
  await lab.faults(HUB_DOWN);
  await lab.clearRequests();
  const line = [
    'plan',
    '--image',
    'ghcr.io/acme/api',
    '--version',
    'v1.4.2',
    '--push',
    'true',
    '--sbom',
    'true',
    '--platforms',
    'linux/amd64,linux/s390x',
    '--build-contexts',
    'tools=docker-image://busybox:1.37',
  ];
  const text = await lab.cli([...line, '--cache-local-path', `${lab.job.folder}/cache`]);
  expect(text.exitCode, text.log).toBe(0);
  const needs = text.stdout.split('\n').slice(text.stdout.split('\n').indexOf('Needs'));
  for (const need of [
    /^ +docker\/dockerfile:1 +frontend +linux\/amd64 +# syntax on line 1/,
    /^ +golang:1\.24-alpine +base +linux\/amd64, linux\/s390x +FROM on line 2 \(build\)/,
    /^ +docker\/buildkit-syft-scanner:stable-1 +scanner .*makes the SBOM/,
    /^ +moby\/buildkit:buildx-stable-1 +builder .*boots the builder/,
    /^ +busybox:1\.37 +context +build context tools$/,
    /^ +tonistiigi\/binfmt +emulation +linux\/s390x /,
    /^ +ghcr\.io\/acme\/api:v1\.4\.2 +push .*pushed to/,
    /^ +ghcr\.io\/acme\/api:cache +cache .*cache import/,
    /^ +https:\/\/proxy\.golang\.org +go-proxy .*Go modules of build/,
  ]) {
    expect(
      needs.some((one) => need.test(one)),
      `${String(need)} in\n${text.stdout}`,
    ).toBe(true);
  }

  const again = await lab.cli([...line, '--cache-local-path', `${lab.job.folder}/cache`]);
  expect(again.stdout).toBe(text.stdout);

  const json = await lab.cli([...line, '--cache-local-path', `${lab.job.folder}/cache`, '--json']);
  const plan: unknown = JSON.parse(json.stdout);
  expect(planSchema.safeParse(plan).error?.issues ?? []).toEqual([]);
  // Nothing was built, pushed or made.
  const writes = (await lab.requests()).filter(
    ({ method, host }) => host === 'ghcr.io' && !['GET', 'HEAD'].includes(method),
  );
  expect(writes).toEqual([]);
  expect((await lab.sh("docker buildx ls --format '{{.Name}}' | sort -u")).stdout.trim()).toBe('default');
});

test('the reports of a green and of a red run fit their schema', async () => {
  const { lab } = world;
  for (const sources of [TINY, { Dockerfile: 'FROM alpine:3.22\nRUN false\n' }]) {
    await checkout(lab, sources);
    await lab.faults(HUB_DOWN);
    const result = await runAction(lab, { builder: 'default', 'cache-registry-ref': 'ghcr.io/acme/none:cache' });
    const report: unknown = JSON.parse(await readFile(result.outputs['report'] ?? '', 'utf8'));
    expect(reportSchema.safeParse(report).error?.issues ?? []).toEqual([]);
  }
});
