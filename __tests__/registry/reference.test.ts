import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ImageReference,
  contextKey,
  familiarName,
  formatReference,
  isDigest,
  manifestReference,
  parseReference,
  tagOrLatest,
  withRegistryHost,
} from '../../src/registry/reference.ts';

const hex = '0123456789abcdef'.repeat(4);
const digest = `sha256:${hex}`;

function parsed(text: string): ImageReference {
  const result = parseReference(text);
  if (result.kind === 'invalid') throw new Error(result.problem);
  return result.reference;
}

describe('valid names', () => {
  test.each<[string, string, string, string | null, string | null]>([
    ['alpine', 'docker.io', 'library/alpine', null, null],
    ['alpine:3.20', 'docker.io', 'library/alpine', '3.20', null],
    [`alpine@${digest}`, 'docker.io', 'library/alpine', null, digest],
    [`alpine:3.20@${digest}`, 'docker.io', 'library/alpine', '3.20', digest],
    ['library/alpine', 'docker.io', 'library/alpine', null, null],
    ['docker.io/alpine', 'docker.io', 'library/alpine', null, null],
    ['index.docker.io/library/alpine:latest', 'docker.io', 'library/alpine', 'latest', null],
    ['moby/buildkit:buildx-stable-1', 'docker.io', 'moby/buildkit', 'buildx-stable-1', null],
    ['gcr.io/distroless/static', 'gcr.io', 'distroless/static', null, null],
    ['localhost/x', 'localhost', 'x', null, null],
    ['localhost', 'docker.io', 'library/localhost', null, null],
    ['localhost:5000/x:1', 'localhost:5000', 'x', '1', null],
    ['registry:5000', 'docker.io', 'library/registry', '5000', null],
    ['registry:5000/x', 'registry:5000', 'x', null, null],
    ['[::1]:5000/a/b', '[::1]:5000', 'a/b', null, null],
    ['Registry/x', 'Registry', 'x', null, null],
    ['a/b/c__d--e.f', 'docker.io', 'a/b/c__d--e.f', null, null],
    ['docker.io/library', 'docker.io', 'library/library', null, null],
    [`x:${'t'.repeat(128)}`, 'docker.io', 'library/x', 't'.repeat(128), null],
    [`x@sha512:${hex}${hex}`, 'docker.io', 'library/x', null, `sha512:${hex}${hex}`],
    [hex.slice(1), 'docker.io', `library/${hex.slice(1)}`, null, null],
  ])('%s', (text, registry, repository, tag, parsedDigest) => {
    expect(parseReference(text)).toEqual({
      kind: 'parsed',
      reference: { registry, repository, tag, digest: parsedDigest },
    });
  });
});

describe('invalid names', () => {
  test.each([
    ['', 'the image name is empty'],
    [hex, `"${hex}" is an image id: give the image's name`],
    ['Alpine', '"Alpine" must be lower case: "alpine"'],
    ['ghcr.io/Owner/app', '"Owner/app" must be lower case: "owner/app"'],
    ['alpine:', 'the tag after ":" is missing'],
    ['alpine:-x', 'the tag "-x" may hold only letters'],
    [`alpine:${'t'.repeat(129)}`, 'its tag is longer than 128 characters'],
    ['alpine@sha256:abc', 'a sha256 digest has 64 lower-case hexadecimal digits'],
    [`alpine@${digest.toUpperCase()}`, 'does not start with sha256:'],
    [`alpine@sha256:${hex.toUpperCase()}`, 'a sha256 digest has 64 lower-case'],
    [`alpine@md5:${hex}`, 'does not start with sha256:'],
    [`alpine@constructor:${hex}`, 'does not start with sha256:'],
    [`alpine@${digest}:x`, 'a sha256 digest has 64'],
    [`alpine@${digest}@${digest}`, 'a sha256 digest has 64'],
    ['a..b', 'may hold only lower-case letters'],
    ['a//b', 'may hold only lower-case letters'],
    ['/a', 'may hold only lower-case letters'],
    ['a/', 'may hold only lower-case letters'],
    ['$REG/app', '"$REG" is not a host name'],
    ['$reg/app', 'may hold only lower-case letters'],
    ['https://gcr.io/x', '"https:" is not a host name'],
    ['-x.io/y', '"-x.io" is not a host name'],
    [' alpine', 'may hold only lower-case letters'],
    ['alpine\n', 'may hold only lower-case letters'],
    [':3', 'the name is missing'],
    [`x.io/${'a'.repeat(256)}`, 'its name is longer than 255 characters'],
  ])('%j', (text, problem) => {
    expect(parseReference(text)).toEqual({ kind: 'invalid', problem: expect.stringContaining(problem) as string });
  });
});

test.each([
  ['alpine', 'alpine'],
  ['alpine:latest', 'alpine'],
  ['library/alpine', 'alpine'],
  ['docker.io/library/alpine:latest', 'alpine'],
  ['index.docker.io/library/alpine', 'alpine'],
  ['alpine:3.20', 'alpine:3.20'],
  ['docker.io/library/alpine:3.20', 'alpine:3.20'],
  [`alpine@${digest}`, `alpine@${digest}`],
  [`alpine:3.20@${digest}`, `alpine:3.20@${digest}`],
  [`alpine:latest@${digest}`, `alpine:latest@${digest}`],
  ['gcr.io/distroless/static', 'gcr.io/distroless/static'],
  ['gcr.io/distroless/static:latest', 'gcr.io/distroless/static'],
  ['docker/dockerfile:1', 'docker/dockerfile:1'],
  ['library/a/b', 'library/a/b'],
])('the build context key of %s is %s', (text, key) => {
  expect(contextKey(parsed(text))).toBe(key);
});

test('parts', () => {
  expect(tagOrLatest(parsed('alpine'))).toBe('latest');
  expect(manifestReference(parsed('alpine:3'))).toBe('3');
  expect(manifestReference(parsed(`alpine:3@${digest}`))).toBe(digest);
  expect(formatReference(withRegistryHost(parsed(`alpine:3@${digest}`), 'mirror.gcr.io'))).toBe(
    `mirror.gcr.io/library/alpine:3@${digest}`,
  );
  expect([digest, 'latest', 'sha256:x'].map(isDigest)).toEqual([true, false, false]);
});

describe('properties', () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const component = fc.tuple(word, fc.constantFrom('', '.', '_', '__', '-', '---'), word).map((all) => all.join(''));
  const reference = fc
    .record({
      registry: fc.constantFrom('docker.io', 'gcr.io', 'localhost', 'localhost:5000', 'Registry.Corp:1', '[::1]:5000'),
      path: fc.array(component, { minLength: 1, maxLength: 4 }),
      tag: fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/)),
      digest: fc.option(fc.stringMatching(/^[a-f0-9]{64}$/).map((one) => `sha256:${one}`)),
    })
    .map(({ registry, path, ...rest }): ImageReference => {
      const official = registry === 'docker.io' && path.length === 1;
      return { registry, repository: [...(official ? ['library'] : []), ...path].join('/'), ...rest };
    });

  test('what is written is read again', () => {
    fc.assert(
      fc.property(reference, (one) => {
        expect(parsed(formatReference(one))).toEqual(one);
      }),
    );
  });

  test('the familiar name means the same image, and so does the build context key', () => {
    // A path below Docker Hub whose first part looks like a host is not writable without "docker.io/".
    const writable = reference.filter(
      (one) => one.registry !== 'docker.io' || !/^[^/]*\.|^localhost\//.test(one.repository),
    );
    fc.assert(
      fc.property(writable, (one) => {
        const id = /^[a-f0-9]{64}$/.test(familiarName(one));
        fc.pre(!id);
        expect(parsed(familiarName(one))).toEqual(one);
        const key = contextKey(one);
        expect(contextKey(parsed(key))).toBe(key);
      }),
    );
  });

  test('any text is answered, and what is accepted is canonical', () => {
    const alphabet = fc.constantFrom(...'aA0./:@-_[]$ \n', 'docker.io/', `@${digest}`, 'sha256:', 'é');
    const text = fc.oneof(
      fc.string(),
      fc.array(alphabet).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (one) => {
        const result = parseReference(one);
        if (result.kind === 'parsed') {
          expect(parseReference(formatReference(result.reference))).toEqual(result);
        } else {
          expect(result.problem).not.toBe('');
        }
      }),
      { numRuns: 1000 },
    );
  });
});
