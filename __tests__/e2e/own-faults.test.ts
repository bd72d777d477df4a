import { expect, test } from 'vitest';
import type { ActionResult } from '../lab/host/runner.ts';
import { expectFailed, expectSummary, TAG } from './expectations.ts';
import { expectRed } from './recovery.ts';
import { checkout, runAction, TINY, useLab } from './world.ts';

const world = useLab();
const HEALTHY = 'Infrastructure was healthy (100/100); this build would fail everywhere.';

test("a compile error in the user's own Dockerfile: one attempt, with file and line", async () => {
  const { lab } = world;
  await checkout(lab, {
    'app/Dockerfile':
      'FROM golang:1.24-alpine\nWORKDIR /src\nCOPY main.go .\nRUN CGO_ENABLED=0 go build -o /app main.go\n',
    'app/main.go': 'package main\n\nfunc main() {\n\tprintln(nope)\n}\n',
  });
  const result = await runAction(lab, { context: 'app' });
  await expectFailed(lab, result, {
    class: 'user-code',
    step: '[4/4] RUN CGO_ENABLED=0 go build -o /app main.go',
    headline:
      'Dockerfile:4 RUN CGO_ENABLED=0 go build -o /app main.go failed: ./main.go:4:10: undefined: nope (user-code, not retried)',
    advice: /Correct the build itself/,
  });
  expectAnnotation(result, 'app/Dockerfile', 4);
  expect(result.log).toContain(HEALTHY);
  expectSummary(result, [
    '**Dockerfile:4**',
    /^ +4 \| >>> RUN CGO_ENABLED=0 go build/,
    './main.go:4:10: undefined: nope',
  ]);
});

test('a compile error under the bundled Dockerfile: the sources are named, not a file that the user does not have', async () => {
  const { lab } = world;
  await checkout(lab, {
    'go.mod': 'module example.com/acme/api\n\ngo 1.22\n',
    'cmd/api/main.go': 'package main\n\nfunc main() {\n\tprintln(nope)\n}\n',
  });
  const result = await runAction(lab);
  await expectFailed(lab, result, {
    class: 'user-code',
    step: 'go build -ldflags "$GO_LDFLAGS" -o /out/service "./cmd/api"',
    headline:
      'Dockerfile:58 RUN . prepare-service && go build -ldflags "$GO_LDFLAGS" … failed: ' +
      'cmd/api/main.go:4:10: undefined: nope (user-code, not retried)',
    advice: /Correct the build itself/,
  });
  expect(result.commands.find(({ name }) => name === 'error')?.properties).toEqual({});
});

test('an unknown instruction: one attempt, with the line', async () => {
  const { lab } = world;
  await checkout(lab, { Dockerfile: 'FROM alpine:3.22\nRUNN echo hi\n' });
  const result = await runAction(lab);
  await expectFailed(lab, result, {
    class: 'user-code',
    headline:
      'Dockerfile:2 RUNN echo hi failed: dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?) ' +
      '(user-code, not retried)',
    advice: /Correct the Dockerfile at the line that is shown/,
  });
  expectAnnotation(result, 'Dockerfile', 2);
  expect(result.log).toContain(HEALTHY);
});

test('a file that is not there to be copied: one attempt, with the line', async () => {
  const { lab } = world;
  await checkout(lab, { Dockerfile: 'FROM alpine:3.22\nCOPY missing.txt /\n' });
  const result = await runAction(lab);
  await expectFailed(lab, result, {
    class: 'user-code',
    step: '[2/2] COPY missing.txt /',
    headline: 'Dockerfile:2 COPY missing.txt / failed: "/missing.txt": not found (user-code, not retried)',
    advice: /Check that the file exists in the build context/,
  });
  expectAnnotation(result, 'Dockerfile', 2);
});

test('a push that is denied: one attempt, and the registry is not called down', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  await lab.faults([
    { host: 'ghcr.io', fault: 'status', status: 403, body: 'json', method: 'POST', path: '/blobs/uploads/' },
  ]);
  const result = await runAction(lab);
  await expectFailed(lab, result, {
    class: 'registry-auth',
    component: 'ghcr.io',
    step: 'exporting to image',
    headline: `ghcr.io refused access to ${TAG} (registry-auth, not retried)`,
    advice: /Check the login, the permissions of the token and the name of the repository/,
  });
  expect(result.summary).not.toContain('What was down');
});

test('a push to a registry at localhost that nobody started: one attempt, and what to start', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  const result = await runAction(lab, { image: 'localhost:5999/acme/api' });
  await expectRed(lab, result, {
    class: 'registry-unavailable',
    component: 'localhost:5999',
    step: /exporting to image/,
    headline:
      /localhost:5999 refused the connection on localhost:5999\/acme\/api:v1\.4\.2.* \(registry-unavailable, not retried\)/,
  });
  expect(result.log).toContain(
    'Is a registry running there? Start it before the build, for instance as a service container.',
  );
});

test('no engine: it says so within seconds', async () => {
  const { lab } = world;
  await checkout(lab, TINY);
  const socket = 'unix:///run/nowhere/docker.sock';
  const result = await lab.run({
    env: { DOCKER_HOST: socket },
    inputs: { image: 'ghcr.io/acme/api', version: 'v1.4.2', push: true },
  });
  expect(result.durationMs).toBeLessThan(5000);
  expect((await result.post()).exitCode).toBe(0);
  await expectFailed(lab, result, {
    class: 'builder',
    headline: `No engine answers: Cannot connect to the Docker daemon at ${socket} (builder, not retried)`,
    advice: /Start a Docker engine that this job can reach \(docker info must succeed\)/,
  });
  expectSummary(result, [/^Docker version: .*\(engine not reachable\)$/]);
});

/** The first error is an annotation on a line of a file of the repository. */
function expectAnnotation(result: ActionResult, file: string, line: number): void {
  const [first] = result.commands.filter(({ name }) => name === 'error');
  expect(first?.properties).toMatchObject({ file, line: String(line) });
}
