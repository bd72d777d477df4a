import { expect, test } from 'vitest';
import { askPrevious, type PreviousQuestion } from '../../src/build/previous-image.ts';
import type { ManifestAnswer, RegistryClient } from '../../src/registry/client.ts';
import { digestA, digestB, inputsOf } from '../plan/world.ts';

const image = { config: { digest: digestB, size: 100 }, layers: [{ digest: digestB, size: 2000 }] };
const manifest: ManifestAnswer = {
  kind: 'found',
  digest: digestA,
  mediaType: '',
  sizeBytes: 1,
  latencyMs: 1,
  rateLimit: null,
  body: Buffer.from(JSON.stringify(image)),
};

function ask(answer: Promise<ManifestAnswer>, push = 'true'): PreviousQuestion & { readonly asked: string[] } {
  const asked: string[] = [];
  const unused = (): Promise<never> => Promise.reject(new Error('not to be asked'));
  const registry: RegistryClient = {
    headManifest: unused,
    getBlobRange: unused,
    getManifest: ({ host, repository, reference }) => {
      asked.push(`${host}/${repository} ${reference}`);
      return answer;
    },
  };
  const ports = { registry, signal: new AbortController().signal, now: () => 1000 };
  return { ...askPrevious(inputsOf({ push }), 'linux/amd64', ports), asked };
}

const answered = Promise.resolve(manifest);
const previous = { digest: digestA, platforms: [{ platform: 'linux/amd64', sizeBytes: 2100 }] };

test('what the tag named before, with its size', async () => {
  const question = ask(answered);
  expect(await question.answer({ digest: digestB, startedAtMs: 900 })).toEqual(previous);
  expect(question.asked).toEqual(['ghcr.io/acme/api v1']);
});

test('the digest that was built is an older one only if it was seen before the build began', async () => {
  expect(await ask(answered).answer({ digest: digestA, startedAtMs: 1001 })).toEqual(previous);
  expect(await ask(answered).answer({ digest: digestA, startedAtMs: 1000 })).toBeNull();
});

test('a tag that is new, and a registry that is out of order', async () => {
  const refused = Promise.resolve({ kind: 'missing', host: 'ghcr.io', evidence: '404' } as const);
  expect(await ask(refused).answer({ digest: digestB, startedAtMs: 0 })).toBeNull();
  expect(await ask(Promise.reject(new Error('bug'))).answer({ digest: digestB, startedAtMs: 0 })).toBeNull();
});

test('a registry that does not answer is waited for no more than a moment', async () => {
  const never = new Promise<ManifestAnswer>(() => undefined);
  expect(await ask(never).answer({ digest: digestB, startedAtMs: 0 })).toBeNull();
});

test('nothing is asked where nothing is pushed', async () => {
  const question = ask(answered, 'false');
  expect(await question.answer({ digest: digestB, startedAtMs: 0 })).toBeNull();
  expect(question.asked).toEqual([]);
});
