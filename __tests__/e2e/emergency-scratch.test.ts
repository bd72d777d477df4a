import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { InputValues } from '../lab/host/action-inputs.ts';
import type { ActionResult } from '../lab/host/runner.ts';
import { labHosts } from '../lab/services/hosts.ts';
import { labGoSum } from '../lab/services/go-modules.ts';
import { expectSummary, TAG } from './expectations.ts';
import { ALL_BUT_GHCR } from './sources.ts';
import { checkout, installGo, runAction, useLab, type Sources } from './world.ts';

/* The emergency without any source of images, by the Go of this machine. */
const world = useLab();

/** Says what its image gave it; one file beside it is none of the build's business. */
const SERVICE: Sources = {
  'go.mod': 'module example.com/acme/api\n\ngo 1.22\n\nrequire example.com/lab/greet v1.0.0\n',
  'go.sum': labGoSum,
  '.dockerignore': 'cmd/api/private.go\n',
  'cmd/api/private.go': 'package main\n\nfunc init() { panic("this file is no part of the image") }\n',
  'cmd/api/main.go': [
    'package main',
    'import (',
    '\t"fmt"',
    '\t"os"',
    '\t"time"',
    '\t"example.com/lab/greet"',
    ')',
    'var version = "dev"',
    'func main() {',
    '\tzone, err := time.LoadLocation("Europe/Berlin")',
    '\tcertificates, _ := os.ReadFile("/etc/ssl/certs/ca-certificates.crt")',
    '\tfmt.Println(greet.Hello(version), os.Getuid(), zone, err, len(certificates) > 0)',
    '\tos.Exit(writes(os.TempDir()) + writes("."))',
    '}',
    'func writes(folder string) int {',
    '\tif os.WriteFile(folder+"/x", nil, 0o600) != nil { return 1 }',
    '\treturn 0',
    '}',
    '',
  ].join('\n'),
};
const PRINTS = 'Hello, v1.4.2! 65532 Europe/Berlin <nil> true\n';
const PROXIES = ['proxy.golang.org', 'goproxy.cn', 'goproxy.io'];
const REGISTRIES_REFUSED = ALL_BUT_GHCR.filter(({ host }) => !PROXIES.includes(host ?? ''));

test('no registry, no store: compiled by this machine, on scratch, and said everywhere; a fault of the sources is theirs', async () => {
  const { lab } = world;
  await checkout(lab, SERVICE);
  const env = await installGo(lab);
  const build = (more: InputValues = {}): Promise<ActionResult> =>
    runAction(lab, { 'max-retry-attempts': 1, 'cache-backends': '', ...more }, { env });
  await lab.faults(REGISTRIES_REFUSED);
  const result = await build({ platforms: 'linux/amd64,linux/arm64' });
  expect(result.exitCode, result.log).toBe(0);
  expect(await lab.pullAndRun(TAG)).toBe(PRINTS);
  const remote = await lab.inspectRemote(TAG);
  expect(Object.keys(remote?.platforms ?? {}).toSorted()).toEqual(['linux/amd64', 'linux/arm64']);
  const { config } = remote?.platforms['linux/amd64']?.config ?? {};
  expect(config?.User).toBe('65532:65532');
  expect(config?.Labels).toMatchObject({
    'org.opencontainers.image.title': 'api',
    'dev.smart-docker-build.emergency': expect.stringMatching(/^compiled outside of Docker with go1\.\S+, on scratch$/),
  });
  expect(JSON.stringify(remote?.platforms['linux/amd64']?.manifest)).toContain('RUNTIME_BASE: distroless => scratch');
  expect(result.outputs).toMatchObject({ strategy: 'emergency', attempts: '1' });
  expect(result.outputs['substitutions']).toMatch(
    /^BUILDER_BASE: alpine => go1\.\S+ of this machine\nRUNTIME_BASE: distroless => scratch$/,
  );
  expect(result.log).toMatch(/^Dockerfile +Dockerfile \(made for this emergency/m);
  expect(result.log).toMatch(/^#2 \[outside 2\/2\] RUN go build \.\/cmd\/api for linux\/arm64$/m);
  expectSummary(result, [
    /⚠️ .*an emergency image: compiled outside of Docker with go1\.\S+ of this machine, on scratch/,
  ]);
  const report = JSON.parse(await readFile(result.outputs['report'] ?? '', 'utf8')) as unknown;
  expect(report).toMatchObject({
    attempts: [{ plan: { dockerfile: { kind: 'outside' }, outside: { service: 'api' } } }],
  });

  // The modules are in the module cache by now; of the sources, what does not compile ends it at once.
  await lab.faults(labHosts.map(({ name }) => ({ host: name, fault: 'refused' })));
  await appendFile(path.join(lab.job.workspace, 'cmd/api/main.go'), 'func broken() { return undefinedName }\n');
  const red = await build({ push: false, 'max-retry-attempts': 3 });
  expect(red.exitCode).toBe(1);
  expect(red.outputs).toMatchObject({ 'failure-class': 'user-code', attempts: '1' });
  expectSummary(red, [/cmd\/api\/main\.go:\d+:\d+: undefined: undefinedName/]);

  // Modules that nobody has: it is not begun, and said why.
  await lab.sh(`rm -rf ${env['GOMODCACHE'] ?? ''}`);
  await writeFile(path.join(lab.job.workspace, 'cmd/api/main.go'), SERVICE['cmd/api/main.go'] ?? '');
  const lost = await build({ push: false });
  expect(lost.exitCode).toBe(1);
  expect(lost.log).toMatch(/no emergency image on scratch can be made either: .*no Go proxy is healthy/);
});
