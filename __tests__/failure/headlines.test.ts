import { expect, test } from 'vitest';
import { diagnose } from '../../src/failure/diagnose.ts';

test('a compile error is told by its own line, not by the package that Go prints above it', () => {
  const text = [
    '#14 [build 4/4] RUN go build ./cmd/api',
    '#14 0.284 # example.com/acme/api/cmd/api',
    '#14 0.284 cmd/api/main.go:3:23: undefined: nope',
    '#14 ERROR: process "/bin/sh -c go build ./cmd/api" did not complete successfully: exit code: 1',
    'ERROR: failed to build: failed to solve: process "/bin/sh -c go build ./cmd/api" did not complete successfully: exit code: 1',
  ];
  expect(diagnose(text.join('\n')).headline).toBe(
    'RUN go build ./cmd/api failed: cmd/api/main.go:3:23: undefined: nope',
  );
});

test('a client that reaches no engine has lost none', () => {
  const text =
    'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n';
  expect(diagnose(text)).toMatchObject({
    class: 'builder',
    headline: 'No engine answers: Cannot connect to the Docker daemon at unix:///var/run/docker.sock',
  });
});

test('a registry at localhost that nobody started is named, with what to look at', () => {
  const refused = 'dial tcp 127.0.0.1:5000: connect: connection refused';
  const pushing = `failed to push localhost:5000/app:1: failed to do request: Head "http://localhost:5000/v2/app/blobs/sha256:aa": ${refused}`;
  const text = `#13 exporting to image\n#13 ERROR: ${pushing}\nERROR: failed to build: failed to solve: ${pushing}\n`;
  expect(diagnose(text)).toMatchObject({
    class: 'registry-unavailable',
    retryable: false,
    cause: 'push',
    rule: 'own-registry',
    headline: 'localhost:5000 refused the connection on localhost:5000/app:1',
    advice: expect.stringMatching(/^Is a registry running there\? .* --driver-opt network=host\.$/) as unknown,
  });
});
