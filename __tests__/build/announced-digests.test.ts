import { expect, test } from 'vitest';
import { readAnnouncedDigests } from '../../src/build/announced-digests.ts';

const a = `sha256:${'a'.repeat(64)}`;
const b = `sha256:${'b'.repeat(64)}`;

function read(...texts: readonly string[]): readonly (string | null)[] {
  const digests = readAnnouncedDigests();
  for (const text of texts) digests.lines(text);
  return [digests.announced(), digests.pushed()];
}

test.each<[string, string, string | null, string | null]>([
  ['a list', `#8 exporting manifest list ${a} 0.0s done\n`, a, null],
  ['a push', `#8 pushing layers\n#8 pushing manifest for ghcr.io/a/b:1@${a}\n`, a, a],
  ['a push of the list', `#8 exporting manifest list ${b} done\n#8 pushing manifest for r/b@${a} 1.2s done\n`, a, a],
  ['a push of two images', `#8 pushing manifest for r/b@${a}\n#9 pushing manifest for r/c@${b}\n`, b, null],
  ['raw JSON', `{"statuses":[{"id":"pushing manifest for r/b@${a}","vertex":"sha256:c"}]}\n`, a, a],
])('%s', (_, text, announced, pushed) => {
  expect(read(text)).toEqual([announced, pushed]);
});

test.each([
  ['prints it', `#7 0.123 pushing manifest for r/b@${b}\n`],
  ['prints it behind a carriage return', `#7 0.123 x\r#8 pushing manifest for r/b@${b}\n`],
  ['prints it as raw progress', `#7 0.123 #8 exporting manifest list ${b}\n`],
  ['is called like it', `#7 [2/2] RUN echo "pushing manifest for r/b@${b}"\n`],
  ['is called like it, in raw JSON', `{"vertexes":[{"name":"[2/2] RUN echo pushing manifest for r/b@${b}"}]}\n`],
  [
    'is quoted in an error',
    ` > [2/2] RUN x:\n0.1 pushing manifest for r/b@${b}\n   2 | >>> exporting manifest list ${b}\n`,
  ],
])('a step that %s names no digest', (_, text) => {
  expect(read(text)).toEqual([null, null]);
  expect(read(text, `#8 pushing manifest for r/b@${a}\n`, text)).toEqual([a, a]);
});
