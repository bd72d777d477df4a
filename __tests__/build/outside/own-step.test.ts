import { expect, test } from 'vitest';
import { runOwnStep } from '../../../src/build/outside/own-step.ts';

const title = { number: 1, name: '[outside 1/1] RUN go build ./cmd/api for linux/amd64' };
const patience = { remainingMs: 60_000, stallMs: 60_000 };

function step(script: string, own = patience, signal = new AbortController().signal) {
  const written: string[] = [];
  const ports = { env: process.env, cwd: '/', signal, write: (text: string) => void written.push(text) };
  const result = runOwnStep({ title, argv: ['sh', '-c', script], cwd: '/', env: { GREETING: 'hi' } }, own, ports);
  return result.then((outcome) => ({ outcome, written: written.join('') }));
}

test('a step that succeeds is told in the words of plain progress', async () => {
  const { outcome, written } = await step('echo $GREETING; echo again >&2');
  expect(outcome).toBeNull();
  expect(written.split('\n')[0]).toBe('#1 [outside 1/1] RUN go build ./cmd/api for linux/amd64');
  expect(written).toMatch(/^#1 \d+\.\d+ hi$/m);
  expect(written).toMatch(/^#1 DONE \d/m);
});

test("what does not compile is the sources' fault, with the compiler's line", async () => {
  const { outcome } = await step(
    'echo "# example.com/acme/api/cmd/api" >&2; echo "cmd/api/main.go:7:2: undefined: x" >&2; exit 1',
  );
  expect(outcome).toMatchObject({
    kind: 'failed',
    exitCode: 1,
    failure: { class: 'user-code', retryable: false, evidence: ['cmd/api/main.go:7:2: undefined: x'] },
    message: 'compiling outside of Docker failed with: exit code: 1',
  });
});

test('a Go proxy that fails is an outage', async () => {
  const { outcome } = await step(
    'echo "go: example.com/lab/greet@v1.0.0: Get \\"https://proxy.golang.org/example.com/lab/greet/@v/v1.0.0.mod\\": dial tcp: connect: connection refused" >&2; exit 1',
  );
  expect(outcome).toMatchObject({
    kind: 'failed',
    failure: { class: 'go-proxy', retryable: true, component: 'proxy.golang.org' },
  });
});

test('silence and cancellation end it', async () => {
  const silent = await step('sleep 60', { remainingMs: 60_000, stallMs: 1 });
  expect(silent.outcome).toMatchObject({ kind: 'failed', failure: { class: 'timeout', rule: 'ended-by-stall' } });
  const aborted = await step('sleep 60', patience, AbortSignal.abort());
  expect(aborted.outcome).toEqual({ kind: 'cancelled', signal: 'cancelled' });
});
