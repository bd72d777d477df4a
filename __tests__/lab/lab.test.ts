/** The lab itself: what every end-to-end case takes for granted. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLab, type Lab } from './lab.ts';
import { labGoSum } from './services/go-modules.ts';

const image = 'ghcr.io/acme/lab-check';

const program = `package main

import (
	"fmt"
	"os"
	"runtime"

	"example.com/lab/greet"
)

func main() { fmt.Println(greet.Hello(os.Args[1]), runtime.GOARCH) }
`;

const dockerfile = `FROM --platform=$BUILDPLATFORM golang:1.24-alpine AS build
ARG TARGETARCH
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 GOARCH=$TARGETARCH go build -o /app .
FROM gcr.io/distroless/static-debian13:nonroot
COPY --from=build /app /app
ENTRYPOINT ["/app"]
`;

describe.skipIf(process.getuid?.() !== 0)('the outage lab', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startLab({ name: 'lab-test' });
  });
  beforeEach(async () => {
    await lab.reset({ store: 'containerd' });
    await checkout({
      'main.go': program,
      'go.mod': 'module example.com/app\n\ngo 1.24\n\nrequire example.com/lab/greet v1.0.0\n',
      'go.sum': labGoSum,
      Dockerfile: dockerfile,
    });
  });
  afterAll(async () => {
    await lab.stop();
  });

  async function checkout(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(path.join(lab.job.workspace, name), content);
    }
  }

  /** Answers the log; the step has the Actions cache, as an action has it. */
  async function build(flags: string): Promise<string> {
    const line = `docker buildx build --progress=plain --tag ${image}:1 --push ${flags} .`;
    const { exitCode, log } = await lab.sh(line, { cache: true });
    expect(exitCode, log).toBe(0);
    return log;
  }

  it('builds for two platforms, pushes with credentials and runs what was pushed', async () => {
    await build('--platform linux/amd64,linux/arm64');
    const pushed = await lab.inspectRemote(`${image}:1`);
    expect(Object.keys(pushed?.platforms ?? {})).toEqual(['linux/amd64', 'linux/arm64']);
    expect(pushed?.platforms['linux/arm64']?.config.config?.User).toBe('65532');
    expect(await lab.pullAndRun(`${image}:1`, ['lab'])).toBe('Hello, lab! amd64\n');
    if (lab.emulation) {
      const platform = 'linux/arm64';
      expect(await lab.pullAndRun(`${image}:1`, ['lab'], { platform })).toBe('Hello, lab! arm64\n');
    }
  });

  it('keeps the Actions cache, and nothing else, over a fresh engine', async () => {
    await build('--cache-to type=gha,mode=max');
    await lab.freshEngine();
    expect(await build('--cache-from type=gha')).toMatch(/RUN CGO_ENABLED=0.*\n#\d+ CACHED/);
    await lab.reset();
    expect(await lab.inspectRemote(`${image}:1`)).toBeNull();
  });

  it('has engines without the containerd store, and builder containers with all of BuildKit', async () => {
    await lab.freshEngine({ store: 'graphdriver' });
    await build('');
    const refused = await lab.sh('docker buildx build --platform linux/amd64,linux/arm64 .');
    expect(refused.log).toContain('Multi-platform build is not supported for the docker driver');
    await lab.startBuilderEngine();
    const created = await lab.sh('docker buildx create --name box --driver docker-container --bootstrap --use');
    expect(created.exitCode, created.log).toBe(0);
    await build('--platform linux/amd64,linux/arm64 --cache-to type=gha');
    expect(await lab.pullAndRun(`${image}:1`, ['box'])).toBe('Hello, box! amd64\n');
  });

  it('fails as the world does', async () => {
    await checkout({ Dockerfile: '# syntax=docker/dockerfile:1\nFROM alpine:3.22\nRUN echo built\n' });
    await build('');
    await lab.freshEngine();
    await lab.faults([{ host: 'registry-1.docker.io', fault: 'status', status: 503, body: 'html' }]);
    const failed = await lab.sh('docker buildx build .');
    expect(failed.exitCode).toBe(1);
    expect(failed.log).toContain('docker/dockerfile/manifests/1: 503 Service Unavailable');
    await lab.clearRequests();
    await lab.sh('docker buildx build .');
    expect((await lab.requests()).map(({ host, status }) => `${host} ${status ?? '-'}`)).toContain(
      'registry-1.docker.io 503',
    );
  });

  it('ends a build that hangs, and what a step leaves behind', async () => {
    await lab.faults([{ host: 'gcr.io', fault: 'silent' }]);
    const hung = lab.sh('sleep 1000 & docker buildx build .', { timeoutMs: 60_000 });
    await expect.poll(async () => (await lab.orphans()).map(({ command }) => command)).toContain('sleep 1000');
    await lab.reset();
    expect((await hung).exitCode).not.toBe(0);
    expect(await lab.orphans()).toEqual([]);
  });

  it('runs as another lab of the same name starts, which ends the first', async () => {
    await lab.sh('docker run --detach alpine:3.22 sleep 1000');
    const next = await startLab({ name: 'lab-test' });
    expect((await next.sh('docker ps --quiet')).stdout).toBe('');
    lab = next;
  });
});
