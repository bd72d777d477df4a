import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { resilient, runLinesOf, scriptsOf, standard } from './bundled.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const scripts = scriptsOf(resilient);

describe('shell of the Dockerfiles', () => {
  const named = [
    ...scriptsOf(standard),
    ...scripts,
    ...[standard, resilient].flatMap(runLinesOf).map((line) => [line, line]),
  ];

  it('is found', () => {
    expect([...scripts.keys()].toSorted()).toEqual([
      'fetch-modules',
      'install-packages',
      'lay-out-runtime',
      'prepare-service',
      'retry',
    ]);
    expect(runLinesOf(resilient)).toHaveLength(3);
  });

  it.each(named)('parses: %s', (_name, script) => {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('retry', () => {
  /** A command that fails a number of times with exit code 7, and writes down which attempt it was told it is. */
  function failing(times: number): Sandbox {
    const sandbox = createSandbox(scripts);
    sandbox.command(
      'flaky',
      `#!/bin/sh
echo "$RETRY_ATTEMPT" >>${sandbox.folder}/attempts
echo "flaky $*, attempt $RETRY_ATTEMPT"
[ "$RETRY_ATTEMPT" -gt ${times} ] || { echo 'dial tcp: i/o timeout' >&2; exit 7; }
`,
    );
    return sandbox;
  }

  it('does nothing more after a success', () => {
    const sandbox = failing(0);
    expect(sandbox.sh('retry flaky a "b c"')).toEqual({ exitCode: 0, stdout: 'flaky a b c, attempt 1\n', stderr: '' });
    expect(sandbox.read('pauses')).toBe('');
  });

  it('succeeds after two failures, each pause twice as long', () => {
    const sandbox = failing(2);
    const result = sandbox.sh('retry flaky');
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toBe(
      'retry: flaky failed with exit code 7; attempt 2 of 4 in 2 s\n' +
        'retry: flaky failed with exit code 7; attempt 3 of 4 in 4 s\n',
    );
    expect(sandbox.read('attempts')).toBe('1\n2\n3\n');
    expect(sandbox.read('pauses')).toBe('2\n4\n');
  });

  it('keeps the exit code when it gives up', () => {
    const sandbox = failing(99);
    const result = sandbox.sh('retry flaky');
    expect(result.exitCode).toBe(7);
    expect(result.stdout).toContain('flaky , attempt 4\ndial tcp: i/o timeout\n');
    expect(result.stderr).toContain('retry: flaky failed with exit code 7; giving up after 4 attempts\n');
    expect(sandbox.read('pauses')).toBe('2\n4\n8\n');
  });

  it('does not repeat what cannot get better', () => {
    const sandbox = failing(99);
    const result = sandbox.sh('retry flaky', { RETRY_NEVER: 'SECURITY ERROR|i/o time' });
    expect(result.exitCode).toBe(7);
    expect(result.stderr).toBe('retry: flaky failed with exit code 7; another try would not help\n');
    expect(sandbox.read('attempts')).toBe('1\n');
  });
});

describe('fetch-modules', () => {
  const list = 'https://a.example|https://b.example|https://c.example|direct';

  /** A `go` that fails a number of times, saying `words`, and writes down how it was called. */
  function withGo(failures: number, words = 'reading https://a.example: 503 Service Unavailable'): Sandbox {
    const sandbox = createSandbox(scripts);
    sandbox.command('timeout', '#!/bin/sh\nlimit=$1\nshift\nexport limit\nexec "$@"\n');
    sandbox.command(
      'go',
      `#!/bin/sh
echo "$limit $* $GOPROXY" >>${sandbox.folder}/calls
[ "$RETRY_ATTEMPT" -gt ${failures} ] || { echo '${words}' >&2; exit 1; }
`,
    );
    return sandbox;
  }

  it('asks another proxy first after each failure, and gives it more time', () => {
    const sandbox = withGo(3);
    expect(sandbox.sh('fetch-modules', { GOPROXY: list }).exitCode).toBe(0);
    expect(sandbox.read('calls').trim().split('\n')).toEqual([
      '60 mod download https://a.example|https://b.example|https://c.example|direct',
      '120 mod download https://b.example|https://c.example|https://a.example|direct',
      '180 mod download https://c.example|https://a.example|https://b.example|direct',
      '240 mod download https://a.example|https://b.example|https://c.example|direct',
    ]);
  });

  it.each(['https://corp.example,off', 'https://corp.example', 'direct', ''])('leaves the list %j alone', (own) => {
    const sandbox = withGo(1);
    expect(sandbox.sh('fetch-modules', { GOPROXY: own }).exitCode).toBe(0);
    expect(sandbox.read('calls')).toBe(`60 mod download ${own}\n120 mod download ${own}\n`);
  });

  it.each([
    'verifying m@v1: checksum mismatch SECURITY ERROR',
    'm@v9: invalid version: unknown revision v9',
    'm@v1: reading https://a.example/m/@v/v1.mod: 404 Not Found',
    'go: go.mod requires go >= 1.99 (running go 1.24.4; GOTOOLCHAIN=local)',
    'go: errors parsing go.mod:',
  ])('gives up at once on: %s', (words) => {
    const sandbox = withGo(99, words);
    const result = sandbox.sh('fetch-modules', { GOPROXY: list });
    expect({ exitCode: result.exitCode, pauses: sandbox.read('pauses') }).toEqual({ exitCode: 1, pauses: '' });
  });

  it('says so when the time is up', () => {
    const sandbox = withGo(0);
    sandbox.command('timeout', '#!/bin/sh\n[ "$1" -gt 30 ] || exit 124\n');
    const result = sandbox.sh('fetch-modules', { GOPROXY: list, GO_DOWNLOAD_TIMEOUT: '30' });
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain('go mod download: reading https://a.example: operation timed out after 30 s\n');
  });

  it('downloads nothing for vendored modules, unless Go itself has to be newer', () => {
    const sandbox = withGo(0);
    sandbox.write('work/vendor/modules.txt', '');
    expect(sandbox.sh('fetch-modules', { GOPROXY: list, GOTOOLCHAIN: 'local' }).exitCode).toBe(0);
    expect(sandbox.read('calls')).toBe('');
    expect(sandbox.sh('fetch-modules', { GOPROXY: list, GOTOOLCHAIN: 'auto' }).exitCode).toBe(0);
    expect(sandbox.read('calls')).toBe(`60 version ${list}\n`);
  });
});
