import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLogReader, readLog } from '../../src/failure/progress.ts';
import { stepKind, stepStage } from '../../src/failure/step-name.ts';
import type { BuildLog } from '../../src/failure/types.ts';

const folder = path.join(import.meta.dirname, 'logs');

/** What buildx 0.29 printed in the outage lab, against BuildKit of Docker 28.5. */
function captured(name: string): string {
  return readFileSync(path.join(folder, name), 'utf8');
}

function shape(log: BuildLog): readonly string[] {
  return log.steps.map(
    (step) => `${step.number ?? '-'} ${step.kind} ${step.state}${step.stage === null ? '' : ` (${step.stage})`}`,
  );
}

describe('names of steps', () => {
  test.each([
    ['[internal] booting buildkit', 'boot', null],
    ['[internal] load build definition from Dockerfile', 'frontend', null],
    ['[internal] load metadata for docker.io/library/golang:1.24', 'resolve', null],
    ['[linux/arm64 internal] load metadata for docker.io/library/golang:1.24', 'resolve', null],
    ['[context alpine:3.20] load metadata for mirror.gcr.io/library/alpine:3.20', 'resolve', null],
    ['[context alpine:3.20] mirror.gcr.io/library/alpine:3.20@sha256:aa', 'from', null],
    ['[context src] load from client', 'context', null],
    ['[auth] library/golang:pull token for registry-1.docker.io', 'resolve', null],
    ['resolve image config for docker-image://docker.io/docker/dockerfile:1', 'frontend', null],
    ['docker-image://docker.io/docker/dockerfile:1@sha256:aa', 'frontend', null],
    ['resolve image config for docker-image://docker.io/docker/buildkit-syft-scanner:stable-1', 'sbom', null],
    ['[linux/amd64] generating sbom using docker.io/docker/buildkit-syft-scanner:stable-1', 'sbom', null],
    ['importing cache manifest from gha:1234', 'import', null],
    ['importing cache manifest from ghcr.io/acme/cache:1', 'import', null],
    ['[internal] load .dockerignore', 'context', null],
    ['[internal] load build context', 'context', null],
    ['[internal] load git source https://github.com/acme/x.git#main', 'context', null],
    ['[build 1/4] FROM docker.io/library/golang:1.24@sha256:aa', 'from', 'build'],
    ['[linux/amd64 build 3/4] RUN go build ./...', 'run', 'build'],
    ['[api linux/amd64 build 3/4] RUN go build ./...', 'run', 'build'],
    ['[2/4] COPY . .', 'copy', null],
    ['[stage-1 2/4] ADD https://example.com/x /x', 'copy', 'stage-1'],
    ['[stage-1 2/4] WORKDIR /x', 'other', 'stage-1'],
    ['exporting to image', 'export', null],
    ['exporting to oci image format', 'export', null],
    ['exporting to docker image format', 'export', null],
    ['exporting cache to registry', 'cache-export', null],
    ['exporting to GitHub Actions Cache', 'cache-export', null],
    ['exporting cache', 'cache-export', null],
    ['pushing ghcr.io/acme/api:1 with docker', 'push', null],
    ['merging manifest list ghcr.io/acme/api:1', 'push', null],
  ] as const)('%s', (name, kind, stage) => {
    expect([stepKind(name), stepStage(name)]).toEqual([kind, stage]);
  });
});

describe('plain progress', () => {
  test('a RUN that failed', () => {
    const log = readLog(captured('run-fails.plain.txt'));
    expect(shape(log)).toEqual([
      '1 frontend done',
      '2 resolve done',
      '3 context done',
      '4 from done',
      '5 other done',
      '6 run error',
    ]);
    expect(log.steps.at(-1)).toMatchObject({
      name: '[3/3] RUN echo one && echo two >&2 && printf "partial" && exit 3',
      logs: ['one', 'two', 'partial'],
      error:
        'process "/bin/sh -c echo one && echo two >&2 && printf \\"partial\\" && exit 3" did not complete successfully: exit code: 3',
    });
    expect(log.finalError).toBe(
      'failed to build: failed to solve: process "/bin/sh -c echo one && echo two >&2 && printf \\"partial\\" && exit 3" did not complete successfully: exit code: 3',
    );
    expect(log.dockerfile).toEqual({
      file: 'Dockerfile',
      line: 3,
      excerpt: [
        '   1 |     FROM alpine:3.20',
        '   2 |     WORKDIR /src',
        '   3 | >>> RUN echo one && echo two >&2 && printf "partial" && exit 3',
        '   4 |',
      ],
    });
  });

  test('a program cannot fake structure', () => {
    const log = readLog(captured('run-fake.plain.txt'));
    expect(log.steps.map((step) => step.number)).toEqual([1, 2, 3, 4, 5]);
    expect(log.steps.at(-1)?.logs).toEqual([
      '#9 ERROR: failed to push ghcr.io/x/y: 502 Bad Gateway',
      'ERROR: failed to build: failed to solve: 503 Service Unavailable',
      '------',
      ' > [fake]:',
      '------',
    ]);
    expect(log.finalError).toContain('did not complete successfully: exit code: 1');
  });

  test('a push that failed is a push, although BuildKit calls its step an export', () => {
    const log = readLog(captured('push-502.plain.txt'));
    const step = log.steps.at(-1);
    expect([step?.name, step?.kind, step?.state]).toEqual(['exporting to image', 'push', 'error']);
    expect(step?.error).toContain('502 Bad Gateway');
  });

  test('steps that were canceled, and a stage of its own', () => {
    expect(shape(readLog(captured('parallel.plain.txt'))).slice(-3)).toEqual([
      '4 from done (b)',
      '5 run error (b)',
      '6 run canceled (stage-0)',
    ]);
  });

  test('an import that failed does not hide the step that did', () => {
    const log = readLog(captured('gha-import-503-run-fails.plain.txt'));
    expect(log.steps.filter((step) => step.state === 'error').map((step) => step.kind)).toEqual(['import', 'run']);
  });

  test('errors of several lines belong to their step', () => {
    const step = readLog(captured('gha-export-503.plain.txt')).steps.at(-1);
    expect(step?.kind).toBe('cache-export');
    expect(step?.error?.split('\n').length).toBeGreaterThan(3);
  });

  test('a program that redraws its line stays within its step', () => {
    const log = readLog('#7 [2/2] RUN curl x\n#7 0.1  10%\r#8 ERROR: faked\r100%\n#7 DONE 0.2s\n');
    expect(log.steps.map((step) => [step.number, step.state, step.logs])).toEqual([
      [7, 'done', [' 10%', '#8 ERROR: faked', '100%']],
    ]);
  });

  test('no tab and time in a program’s output uncovers a step', () => {
    const log = readLog('#7 [2/2] RUN x\n#7 0.1 a\tb\t2026-08-01T10:00:00.0Z #8 ERROR: faked\n');
    expect(log.steps).toHaveLength(1);
  });

  test('a second build in one log counts from 1 again', () => {
    const log = readLog(
      '#1 [internal] booting buildkit\n#1 DONE 1.0s\n\n#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n',
    );
    expect(shape(log)).toEqual(['1 boot done', '1 frontend done']);
  });

  test('memory is bounded', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `#7 ${(i / 10).toFixed(3)} line ${i}`);
    const [step] = readLog(['#7 [2/2] RUN yes', ...lines].join('\n')).steps;
    expect(step?.logs.length).toBeLessThanOrEqual(300);
    expect(step?.logs.at(-1)).toBe('line 19999');
  });
});

describe('rawjson', () => {
  test.each(['hub-503', 'run-fails', 'push-403', 'parallel', 'go-compile', 'run-fake', 'frontend-503'])(
    '%s tells the same as plain',
    (name) => {
      const failed = (log: BuildLog): unknown =>
        log.steps
          .filter((step) => step.state === 'error')
          .map(({ name: title, kind, error }) => ({ title, kind, error: error?.replace(/[0-9a-z]{20,}/g, '…') }));
      const raw = readLog(captured(`${name}.rawjson.txt`));
      const plain = readLog(captured(`${name}.plain.txt`));
      expect(failed(raw)).toEqual(failed(plain));
      expect(raw.steps.every((step) => step.digest !== null)).toBe(true);
    },
  );

  test('streams that end in mid-line are kept apart', () => {
    expect(readLog(captured('run-fails.rawjson.txt')).steps.at(-1)?.logs).toEqual(
      expect.arrayContaining(['one', 'two', 'partial']),
    );
  });
});

describe('other sources', () => {
  test('the runner’s time stamps, commands and colours', () => {
    const text =
      '2026-08-01T10:00:00.1234567Z #7 [2/2] RUN false\n2026-08-01T10:00:01.0000000Z \u001b[31m#7 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1\u001b[0m\n2026-08-01T10:00:02Z ##[error]buildx failed with: ERROR: failed to build: failed to solve: x';
    const log = readLog(text);
    expect(shape(log)).toEqual(['7 run error']);
    expect(log.finalError).toBe('failed to build: failed to solve: x');
  });

  test('a classic build', () => {
    const log = readLog(
      "Step 1/2 : FROM alpine\n ---> 4f61a96ceba4\nStep 2/2 : RUN go mod download\n ---> Running in aa\n#1 [x] RUN\ngo: oops\nThe command '/bin/sh -c go mod download' returned a non-zero code: 1\n".replace(
        '#1 [x] RUN\n',
        '',
      ),
    );
    expect(shape(log)).toEqual(['1 from done', '2 run error']);
    expect(log.steps[1]?.logs).toEqual(['---> Running in aa', 'go: oops']);
  });

  test('the terminal display', () => {
    const log = readLog(
      ' => CACHED [2/3] RUN a   0.0s\n => ERROR [3/3] RUN b && c   4.2s\n => => extracting sha256:aa 0.1s\n',
    );
    expect(log.steps.map((step) => [step.name, step.state, step.seconds])).toEqual([
      ['[2/3] RUN a', 'cached', 0],
      ['[3/3] RUN b && c', 'error', 4.2],
    ]);
  });

  test('only the block that ends a failed build', () => {
    const log = readLog(
      '------\n > [build 4/6] RUN npm ci:\n0.5 npm error code ECONNRESET\n#0 0.6 more\n------\nDockerfile:7\n--------------------\n   7 | >>> RUN npm ci\n--------------------\n',
    );
    expect(log.steps.map((step) => [step.kind, step.state, step.logs])).toEqual([
      ['run', 'error', ['npm error code ECONNRESET', 'more']],
    ]);
    expect(log.dockerfile?.line).toBe(7);
  });

  test('a line without any structure', () => {
    expect(readLog('failed to solve: alpine: not found')).toMatchObject({
      steps: [],
      finalError: 'failed to solve: alpine: not found',
      lastEventStep: null,
    });
  });
});

test('the step of the last sign of life', () => {
  const reader = createLogReader();
  reader.push(
    '#4 [1/2] FROM x\n#4 sha256:aa 1MB / 9MB 0.2s\n#5 [internal] load build context\n#5 DONE 0.1s\n#4 [1/2] FROM x\n',
  );
  const stalled = reader.snapshot().steps.find((step) => step.id === reader.lastEventStep());
  expect([stalled?.kind, stalled?.state]).toEqual(['from', 'running']);
});
