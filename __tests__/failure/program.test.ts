import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/failure/diagnose.ts';
import { readLog } from '../../src/failure/progress.ts';

function failedRun(command: string, output: readonly string[], code = 1): string {
  const error = `process "/bin/sh -c ${command}" did not complete successfully: exit code: ${code}`;
  return [
    `#9 [3/5] RUN ${command}`,
    ...output.map((line, i) => `#9 ${(1 + i / 10).toFixed(3)} ${line}`),
    `#9 ERROR: ${error}`,
    `ERROR: failed to build: failed to solve: ${error}`,
  ].join('\n');
}

function verdictOf(command: string, output: readonly string[], code = 1): readonly unknown[] {
  const { class: name, retryable, host } = diagnose(failedRun(command, output, code));
  return [name, retryable, host];
}

describe('a downloader that was told to be silent', () => {
  test.each([
    ['curl -fsS https://get.acme.example/x | tar xz', 18, ['network', true, 'get.acme.example']],
    ['curl -fsS https://get.acme.example/x', 6, ['dns', true, 'get.acme.example']],
    ['wget -q https://deb.mirror.example/x', 4, ['package-mirror', true, 'deb.mirror.example']],
    ['curl -fsS https://get.acme.example/x', 22, ['user-code', false, null]],
    ['curl -fsS http://localhost:8080/health', 7, ['user-code', false, null]],
    ['sh -c "exit 28"', 28, ['user-code', false, null]],
  ])('%s, exit %d', (command, code, wanted) => {
    expect(verdictOf(command, [], code)).toEqual(wanted);
  });
});

describe('who speaks', () => {
  const java = 'Exception in thread "main" java.net.ConnectException: Connection refused';
  test.each([
    ['a build tool’s wrapper', './gradlew build', [java], 'package-mirror'],
    ['the build’s own program', 'java -jar app.jar', [java], 'user-code'],
    ['a tool without a voice', 'helm pull x', ['Error: could not fetch https://a.example/i.yaml: EOF'], 'network'],
    [
      'a script without a voice',
      './x.sh',
      ['could not fetch https://a.example/i.yaml: 503 Service Unavailable'],
      'user-code',
    ],
    ['a test', 'npm test', ['could not fetch https://a.example/i.yaml: 503 Service Unavailable'], 'user-code'],
    [
      'what is only said in passing',
      'npm run gen',
      ['WARN telemetry: connect ETIMEDOUT t.acme.example:443'],
      'user-code',
    ],
    ['a resolver that is down', 'pip3 x', ['socket.gaierror: [Errno -3] Temporary failure in name resolution'], 'dns'],
    ['a name that only this build knows', 'flyway x', ['dial tcp: lookup db: no such host'], 'user-code'],
  ])('%s', (_, command, output, wanted) => {
    expect(verdictOf(command, output)[0]).toBe(wanted);
  });

  test('a transfer that broke off names its host by a variable', () => {
    const output = ['curl: (56) Recv failure: Connection reset by peer'];
    expect(verdictOf('curl -fsSL "$URL" -o x', output, 56)[0]).toBe('network');
    expect(verdictOf('./fetch.sh', output, 56)[0]).toBe('user-code');
  });

  test('docker’s own resolver is no loopback service', () => {
    const line = 'dial tcp: lookup get.acme.example on 127.0.0.11:53: server misbehaving';
    expect(verdictOf('tool fetch', [line])).toEqual(['dns', true, 'get.acme.example']);
  });

  test('a mirror in mid-sync, but not a stale list', () => {
    const line = 'E: Failed to fetch http://deb.mirror.example/pool/main/x/x_1.deb  404  Not Found [IP: 192.0.2.1 80]';
    expect(verdictOf('apt-get update && apt-get install -y x', [line], 100)[0]).toBe('package-mirror');
    expect(verdictOf('apt-get install -y x', [line], 100)[0]).toBe('user-code');
  });

  test('the public Go proxy refuses regions, a private one credentials', () => {
    const line = (host: string): string =>
      `go: a.example/b@v1.0.0: reading https://${host}/a.example/b/@v/v1.0.0.zip: 403 Forbidden`;
    expect(verdictOf('go mod download', [line('proxy.golang.org')])[0]).toBe('go-proxy');
    expect(verdictOf('go mod download', [line('goproxy.acme.example')])[0]).toBe('user-code');
  });
});

describe('logs from elsewhere', () => {
  test('a terminal’s display, cut off at the width of the window', () => {
    const name = 'RUN apk add --no-cache curl bash git openssh-client ca-certificates';
    const log = readLog(
      [` => ERROR [2/3] ${name.slice(0, 45)}  4.2s`, '------', ` > [2/3] ${name}:`, '0.5 ERROR: x', '------'].join(
        '\n',
      ),
    );
    expect(log.steps.map(({ state, logs }) => ({ state, logs }))).toEqual([{ state: 'error', logs: ['ERROR: x'] }]);
  });

  test('a terminal’s running step shows its last lines in each frame', () => {
    const log = readLog(' => [2/3] RUN yarn  66.0s\n => => # info Retrying...\n => => # info Retrying...\n');
    expect(log.steps.map(({ state, logs }) => ({ state, logs }))).toEqual([
      { state: 'running', logs: ['info Retrying...'] },
    ]);
  });

  test('a classic build’s output cannot fake a step', () => {
    const log = readLog('Step 2/2 : RUN ./x.sh\n#9 [4/4] RUN y\n#9 ERROR: failed to push ghcr.io/a/b: 502\n');
    expect(log.steps.map(({ name, error }) => ({ name, error }))).toEqual([{ name: 'RUN ./x.sh', error: null }]);
  });

  test('another build after a classic one', () => {
    const log = readLog('Step 2/2 : RUN ./x.sh\n#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n');
    expect(log.steps.map((step) => step.kind)).toEqual(['run', 'frontend']);
  });

  test('ant, packer and the runner put words before the line', () => {
    const lines = [
      '     [exec] Step 2 : RUN wget https://get.acme.example/x',
      '     [exec] Unable to establish SSL connection.',
    ];
    expect(diagnose(lines.join('\n'))).toMatchObject({ class: 'network', host: 'get.acme.example' });
    expect(
      diagnose("arm: Err:1 http://deb.mirror.example x\narm:   Temporary failure resolving 'deb.mirror.example'").class,
    ).toBe('dns');
  });
});
