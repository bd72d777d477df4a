import { expect, test } from 'vitest';
import type { Fault } from '../lab/contract.ts';
import { labGoSum } from '../lab/services/go-modules.ts';
import type { InputValues } from '../lab/host/action-inputs.ts';
import type { ActionResult } from '../lab/host/runner.ts';
import { commandOf, expectPushed, expectSummary, PLAN_SECONDS, planSeconds, TAG } from './expectations.ts';
import { cachePath, checkout, runAction, unavailable, useLab, type Sources } from './world.ts';

const world = useLab();
const host = 'proxy.golang.org';

/** A service with one dependency, and no Dockerfile of its own. */
const DEPENDENT: Sources = {
  'go.mod': 'module example.com/acme/api\n\ngo 1.22\n\nrequire example.com/lab/greet v1.0.0\n',
  'go.sum': labGoSum,
  'cmd/api/main.go': [
    'package main',
    'import (',
    '\t"fmt"',
    '\t"example.com/lab/greet"',
    ')',
    'func main() { fmt.Println(greet.Hello("lab")) }',
    '',
  ].join('\n'),
};
const PRINTS = 'Hello, lab!\n';

const outages: readonly { readonly name: string; readonly fault: Fault; readonly evidence: string }[] = [
  { name: 'refuses connections', fault: { host, fault: 'refused' }, evidence: 'connection refused' },
  { name: 'is silent', fault: { host, fault: 'silent' }, evidence: 'no answer in' },
];

test.each(outages)('the first Go proxy $name: the build asks the others', async ({ fault, evidence }) => {
  const { lab } = world;
  await checkout(lab, DEPENDENT);
  await lab.faults([fault]);
  const result = await runAction(lab);
  await expectPushed(lab, result, { prints: PRINTS, recovered: 'proxy.golang.org down (goproxy.cn and goproxy.io)' });
  expect(planSeconds(result)).toBeLessThan(PLAN_SECONDS);
  expect(result.log).toMatch(new RegExp(`^✅ 2/3 Go proxies responsive +.*proxy\\.golang\\.org.*${evidence}`, 'm'));
  expect(commandOf(result)).toContain(
    "'GOPROXY=https://goproxy.cn|https://goproxy.io|https://proxy.golang.org|direct'",
  );
  expectSummary(result, ['### What was down', /^\| proxy\.golang\.org \| .* \| goproxy\.cn and goproxy\.io \|/]);
  expect(await zipsFrom()).toEqual(['goproxy.cn']);
});

test('the first Go proxy fails after the health check: the resilient Dockerfile goes on to the next', async () => {
  const { lab } = world;
  await checkout(lab, DEPENDENT);
  await lab.faults([{ host, fault: 'status', status: 503, body: 'html', path: '/example\\.com/' }]);
  const result = await runAction(lab, { strategy: 'resilient' });
  await expectPushed(lab, result, { prints: PRINTS, strategy: 'resilient' });
  expect(result.log).toContain('✅ 3/3 Go proxies responsive');
  expect(commandOf(result)).not.toContain('GOPROXY');
  expect(await zipsFrom()).toEqual(['goproxy.cn']);
});

/* In the form of docker/build-push-action, on a Dockerfile of the user's that says nothing of GOPROXY. */

const OWN: Sources = {
  ...DEPENDENT,
  'docker/api.Dockerfile': [
    'FROM golang:1.24-alpine AS build',
    'WORKDIR /src',
    'COPY . .',
    'RUN test ! -e ignored && CGO_ENABLED=0 go build -o /api ./cmd/api',
    'FROM scratch',
    'COPY --from=build /api /api',
    'ENTRYPOINT ["/api"]',
    '',
  ].join('\n'),
  'docker/api.Dockerfile.dockerignore': 'ignored\n',
  ignored: '',
};
const DROP_IN = { file: 'docker/api.Dockerfile', tags: TAG, push: true };

async function dropIn(inputs: InputValues, env: Readonly<Record<string, string>> = {}): Promise<ActionResult> {
  const { lab } = world;
  const result = await lab.run({
    timeoutMs: 120_000,
    inputs: { ...DROP_IN, 'cache-local-path': cachePath(lab), ...inputs },
    env: { DOCKER_BUILD_RECORD_UPLOAD: 'false', ...env },
  });
  expect((await result.post()).exitCode).toBe(0);
  expect(result.exitCode, result.log).toBe(0);
  return result;
}

test('the drop-in form: the first proxy is down, and a stage that builds Go is told of the others', async () => {
  const { lab } = world;
  await checkout(lab, OWN);
  await lab.faults([unavailable(host)]);
  const result = await dropIn({ context: '.' });
  expect(await lab.pullAndRun(TAG)).toBe(PRINTS);
  expect(await zipsFrom()).toEqual(['goproxy.cn']);
  expect(commandOf(result)).toMatch(/ --file \S+\/dockerfile\/api\.Dockerfile .* \.$/);
  expect(commandOf(result)).not.toContain('--build-arg');
  expect(result.log).toMatch(/^ +ARG GOPROXY declared in build: the first Go proxy is not healthy$/m);
  expectSummary(result, [/^\| proxy\.golang\.org \| .* \| goproxy\.cn and goproxy\.io \|/]);

  // Its own value is not replaced, be it in the base image or given as an argument; in a healthy world nothing is added.
  await checkout(lab, {
    'base.Dockerfile': 'FROM golang:1.24-alpine\nENV GOPROXY=https://goproxy.io\n',
    'docker/api.Dockerfile': (OWN['docker/api.Dockerfile'] ?? '').replace(
      'golang:1.24-alpine',
      'ghcr.io/acme/golang:1',
    ),
  });
  await dropIn({ context: '.', file: 'base.Dockerfile', tags: 'ghcr.io/acme/golang:1' });
  await lab.clearRequests();
  await dropIn({ context: '.' });
  expect(await zipsFrom()).toEqual(['goproxy.io']);
  await lab.faults([]);
  const healthy = await dropIn({ context: '.' });
  expect(commandOf(healthy)).toMatch(/ --file docker\/api\.Dockerfile .* \.$/);
});

test('the same for a Git context whose commit is known to the byte', async () => {
  const { lab } = world;
  // BuildKit takes all of a Git context, whatever an ignore file says.
  const { ignored: _ignored, ...committed } = OWN;
  const sha = await lab.publishRepository('acme/api', committed);
  await lab.faults([unavailable(host)]);
  const result = await dropIn({}, { GITHUB_SHA: sha });
  expect(await lab.pullAndRun(TAG)).toBe(PRINTS);
  expect(await zipsFrom()).toEqual(['goproxy.cn']);
  expect(commandOf(result)).toMatch(
    / --file \S+\/dockerfile\/api\.Dockerfile .* 'https:\/\/github\.com\/acme\/api\.git#/,
  );
  // A branch may move between the look at it and the build.
  const branch = await dropIn({ context: 'https://github.com/acme/api.git#main', mode: 'plan' });
  expect(branch.summary).toMatch(/ --file docker\/api\.Dockerfile /);
  expect(branch.summary).toMatch(
    /the others are not given to build without ARG GOPROXY: its Dockerfile, read by the API of GitHub, may be another one/,
  );
});

/** Which proxies handed the module out. */
async function zipsFrom(): Promise<readonly string[]> {
  const requests = await world.lab.requests();
  return requests
    .filter(({ path, status }) => path.endsWith('/v1.0.0.zip') && status === 200)
    .map((request) => request.host);
}
