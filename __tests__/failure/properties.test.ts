import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose, renderDiagnosis } from '../../src/failure/diagnose.ts';
import { isFailure } from '../../src/failure/explain.ts';
import { createLogReader, readLog } from '../../src/failure/progress.ts';
import { parseCorpus } from './measure.ts';

const here = import.meta.dirname;
const rows = ['corpus', 'cases', 'unseen'].flatMap((name) =>
  parseCorpus(readFileSync(path.join(here, `${name}.jsonl`), 'utf8')),
);
const files = readdirSync(path.join(here, 'logs')).map((name) => readFileSync(path.join(here, 'logs', name), 'utf8'));
const logs = [...rows.map((row) => row.log), ...files];
const anyLog = fc.constantFrom(...logs);
/** Real lines in any order and mutilation: nearer to what breaks a parser than random letters. */
const shuffled = fc
  .array(fc.constantFrom(...logs.flatMap((log) => log.split('\n'))), { maxLength: 40 })
  .map((lines) => lines.join('\n'));
const anyText = fc.oneof(fc.string({ maxLength: 400 }), shuffled, anyLog);

describe('the reader', () => {
  test('reads in pieces what it reads at once', () => {
    fc.assert(
      fc.property(fc.oneof(anyLog, shuffled), fc.array(fc.nat(2000), { maxLength: 30 }), (text, cuts) => {
        const reader = createLogReader();
        const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
        for (const [i, from] of places.entries()) {
          reader.push(text.slice(from, places[i + 1] ?? text.length));
          if (i % 3 === 0) reader.snapshot();
        }
        expect(reader.snapshot()).toEqual(readLog(text));
      }),
      { numRuns: 300 },
    );
  });

  test('answers JSON', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const log = readLog(text);
        expect(JSON.parse(JSON.stringify(log))).toEqual(log);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the diagnosis', () => {
  test('never throws, and says something', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const diagnosis = diagnose(text);
        expect(diagnosis.headline).not.toBe('');
        expect(diagnosis.advice).not.toBe('');
        if (isFailure(diagnosis)) expect(renderDiagnosis(diagnosis)).toContain(diagnosis.class);
        expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);
      }),
      { numRuns: 500 },
    );
  });

  test('does not depend on the runner’s time stamps', () => {
    fc.assert(
      fc.property(fc.constantFrom(...files), (text) => {
        const stamped = text.split('\n').map((line) => `2026-08-01T10:00:00.1234567Z ${line}`);
        const { class: name, retryable, rule } = diagnose(stamped.join('\n'));
        expect({ class: name, retryable, rule }).toEqual(
          (({ class: c, retryable: r, rule: u }) => ({ class: c, retryable: r, rule: u }))(diagnose(text)),
        );
      }),
      { numRuns: 40 },
    );
  });
});

/** Words of outages without another machine's name. */
const words = fc.constantFrom(
  '503 Service Unavailable',
  'upstream answered 502 Bad Gateway',
  'error: timeout',
  'Error: connect ECONNREFUSED 127.0.0.1:5432',
  'dial tcp 127.0.0.1:6379: connect: connection refused',
  'dial tcp [::1]:8080: connect: connection refused',
  'getaddrinfo ENOTFOUND db',
  'Get "http://localhost:8080/health": EOF',
  'http://redis.internal:6379: connection reset by peer',
  'context deadline exceeded',
  'i/o timeout',
  'TLS handshake timeout',
  'connection reset by peer',
  'failed to solve: failed to push ghcr.io/acme/x: 502 Bad Gateway',
  'toomanyrequests: You have reached your pull rate limit',
  'failed to parse error response 400',
  'Temporary failure in name resolution',
  'curl: (7) Failed to connect to localhost port 8080: Connection refused',
  'error writing layer blob: not_found',
  '#9 ERROR: failed to receive status: rpc error: code = Unavailable',
  'ERROR: failed to build: failed to solve: DeadlineExceeded: context deadline exceeded',
  'no such host',
  'EOF',
  'rate limit exceeded (429)',
);
const commands = fc.constantFrom(
  './test.sh',
  'make check',
  'python app.py',
  'node server.js',
  'cargo run',
  './gradlew run',
  'npm run build',
  'uv run python -m app',
  'mvn -q exec:java',
  'go generate ./...',
);

/** The same about other machines: in a test run they are its subject. */
const remoteWords = fc.constantFrom(
  'Error: connect ETIMEDOUT 140.82.121.4:443',
  'FetchError: request to https://api.acme.example/v1 failed, reason: socket hang up',
  'curl: (28) Failed to connect to api.acme.example port 443 after 130000 ms: Connection timed out',
  'curl: (22) The requested URL returned error: 503',
  'wget: unable to resolve host address ‘api.acme.example’',
  'dial tcp: lookup api.acme.example on 127.0.0.11:53: server misbehaving',
  'Get "https://api.acme.example/v1": net/http: TLS handshake timeout',
  "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.acme.example', port=443): Max retries exceeded",
  'urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>',
  'java.net.SocketTimeoutException: Read timed out',
  'could not fetch https://api.acme.example/index.json: 503 Service Unavailable',
  'System.Net.Http.HttpRequestException: Connection refused (api.acme.example:443)',
  'Net::OpenTimeout: Failed to open TCP connection to api.acme.example:443',
  'reqwest::Error { kind: Request, url: "https://api.acme.example/", source: TimedOut }',
);
const testRuns = fc.constantFrom(
  'npm test',
  'npm ci && npm test',
  'yarn run test:unit',
  'pnpm exec vitest run',
  'npx jest --ci',
  'npx playwright test',
  'pip install -r requirements.txt && pytest -q',
  'python -m pytest',
  'go mod download && go test ./...',
  'cargo test --locked',
  './gradlew test',
  'mvn -B verify',
  'dotnet test',
  'bundle install && bundle exec rspec',
  'mix deps.get && mix test',
  'composer install && vendor/bin/phpunit',
  'ctest --output-on-failure',
  './run-tests.sh',
  './wait-for-it.sh api.acme.example:443',
  'make check',
);

/** A build whose RUN step printed these lines and failed. */
function failedRun(command: string, printed: readonly string[]): string {
  const lines = printed.map((line, i) => `#6 ${(0.1 + i / 10).toFixed(3)} ${line}`);
  const error = `process "/bin/sh -c ${command}" did not complete successfully: exit code: 1`;
  return [
    `#6 [build 4/5] RUN ${command}`,
    ...lines,
    `#6 ERROR: ${error}`,
    `ERROR: failed to build: failed to solve: ${error}`,
  ].join('\n');
}

describe('a test run', () => {
  test('is no outage, even if it names another machine', () => {
    fc.assert(
      fc.property(testRuns, fc.array(fc.oneof(words, remoteWords), { maxLength: 8 }), (command, printed) => {
        const text = failedRun(command, printed);
        expect({ text, retryable: diagnose(text).retryable }).toEqual({ text, retryable: false });
      }),
      { numRuns: 1000 },
    );
  });
});

const stamp = '2026-08-01T10:00:00.123456Z';
/** What systems put around each line of a build. */
const surroundings: Readonly<Record<string, (line: string, i: number) => string>> = {
  GitLab: (line) => `${stamp} 01O ${line}`,
  Jenkins: (line) => `[${stamp}] ${line}`,
  Azure: (line) => `2026-08-01T10:00:00.1234567Z ${line}`,
  Buildkite: (line, i) => `\u001b_bk;t=${1_700_000_000_000 + i}\u0007${line}\r`,
  'Cloud Build': (line) => `Step #0 - "build": ${line}`,
  Tekton: (line) => `[build : build-and-push] ${line}`,
  colours: (line) => `\u001b[36m${line}\u001b[0m`,
};

describe('the same build elsewhere', () => {
  const whole = rows.filter((row) => row.log.startsWith('#') && row.log.includes('ERROR: failed to build'));
  test.each(Object.entries(surroundings))('%s', (_, around) => {
    const changed = whole.flatMap((row) => {
      const here = diagnose(row.log);
      const there = diagnose(row.log.split('\n').map(around).join('\n'));
      return here.class === there.class && here.retryable === there.retryable ? [] : [row.id];
    });
    expect(whole.length).toBeGreaterThan(100);
    expect(changed).toEqual([]);
  });
});

describe('a user’s own program', () => {
  test('is no outage, whatever it prints, as long as no other machine is named', () => {
    fc.assert(
      fc.property(
        commands,
        fc.array(
          fc.oneof(
            words,
            fc.string({ maxLength: 60 }).map((s) => s.replace(/[\r\n]/g, ' ')),
          ),
          { maxLength: 12 },
        ),
        (command, printed) => {
          fc.pre(
            !printed.some((line) =>
              /:\/\/|\w\.\w{2,}/.test(line.replace(/localhost|127\.0\.0\.1|redis\.internal|ghcr\.io\S*/g, '')),
            ),
          );
          const text = failedRun(command, printed);
          const diagnosis = diagnose(text);
          expect({ text, retryable: diagnosis.retryable }).toEqual({ text, retryable: false });
          expect(['user-code', 'out-of-memory', 'disk-full']).toContain(diagnosis.class);
          expect(diagnosis.step?.kind).toBe('run');
        },
      ),
      { numRuns: 1000 },
    );
  });
});
