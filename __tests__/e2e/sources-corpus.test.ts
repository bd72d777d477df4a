import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ownPlatform } from '../../src/facts/read-dockerfiles.ts';
import { readDockerfile } from '../../src/facts/dockerfile/read.ts';
import { parseReference, tagOrLatest, type ImageReference } from '../../src/registry/reference.ts';
import type { SeenRequest } from '../lab/contract.ts';
import type { Lab } from '../lab/lab.ts';
import { engineFetches } from './sources.ts';
import { useLab } from './world.ts';

/* What the reader says that a Dockerfile needs is what a real build of it fetches. */
const world = useLab();
const folder = path.join(import.meta.dirname, 'corpus');

interface Sample {
  readonly name: string;
  readonly text: string;
  readonly flags: readonly string[];
}

test('the reader and BuildKit agree on every Dockerfile of the corpus', async () => {
  const { lab } = world;
  const samples = await readCorpus(lab);
  expect(samples.length).toBeGreaterThanOrEqual(40);
  for (const { name, text } of samples) await writeFile(path.join(lab.job.workspace, `${name}.Dockerfile`), text);
  await lab.clearRequests();
  const line = ({ name, flags }: Sample): string =>
    `echo "== ${name} $(date +%s%3N)"; docker buildx build --progress quiet --no-cache --output type=cacheonly --file ${name}.Dockerfile ${flags.join(' ')} . || echo "FAILED ${name}"`;
  const built = await lab.sh([...samples.map(line), 'echo "== end $(date +%s%3N)"'].join('\n'));
  expect(built.log).not.toContain('FAILED');
  const starts = [...built.stdout.matchAll(/^== (\S+) (\d+)$/gm)].map(([, name = '', at]) => ({
    name,
    atMs: Number(at),
  }));
  const requests = await lab.requests();
  const fetched = starts.slice(0, -1).map(({ name, atMs }, index) => {
    const until = starts[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    return [name, byTag(requests.filter((request) => request.atMs >= atMs && request.atMs < until))] as const;
  });
  expect(Object.fromEntries(fetched)).toEqual(
    Object.fromEntries(samples.map((sample) => [sample.name, needed(sample)])),
  );
});

/** The corpus, with `{alpine:3.20}` replaced by that image's digest in the lab, and its flags. */
async function readCorpus(lab: Lab): Promise<readonly Sample[]> {
  const files = (await readdir(folder)).toSorted();
  return await Promise.all(
    files.map(async (file) => {
      let text = await readFile(path.join(folder, file), 'utf8');
      for (const [hole, image = ''] of text.matchAll(/\{([a-z]+:[\w.-]+)\}/g)) {
        text = text.replace(hole, (await lab.inspectRemote(image))?.digest ?? '');
      }
      const flags = /^# corpus: (.*?)\r?$/m.exec(text)?.[1]?.split(' ') ?? [];
      return { name: file.replace('.Dockerfile', ''), text, flags };
    }),
  );
}

/** What the reader says, as `docker.io library/alpine:3.22`. */
function needed({ text, flags }: Sample): readonly string[] {
  const values = (flag: string): readonly string[] =>
    flags.filter((one) => one.startsWith(`--${flag}=`)).map((one) => one.slice(flag.length + 3));
  const contexts = values('build-context').map((one) => one.split('=') as [string, string]);
  const facts = readDockerfile(text, {
    target: values('target')[0] ?? null,
    buildArgs: Object.fromEntries(values('build-arg').map((one) => one.split('=') as [string, string])),
    platforms: values('platform'),
    buildPlatform: ownPlatform(process.arch),
    contexts: contexts.map(([name]) => name),
  });
  expect(facts.problems).toEqual([]);
  const given = contexts.flatMap(([, value]) => {
    const parsed = parseReference(value.replace('docker-image://', ''));
    return value.startsWith('docker-image://') && parsed.kind === 'parsed' ? [parsed.reference] : [];
  });
  return [...new Set([...facts.images.map(({ reference }) => reference), ...given].map(textOf))].toSorted();
}

function textOf(reference: ImageReference): string {
  const { registry, repository, digest } = reference;
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  return `${host} ${repository}${digest === null ? `:${tagOrLatest(reference)}` : `@${digest}`}`;
}

/** Each image as it was first asked for: what was asked for by digest afterwards belongs to it. */
function byTag(requests: readonly SeenRequest[]): readonly string[] {
  const all = engineFetches(requests);
  const repository = (one: string): string => one.split(/[:@]/)[0] ?? '';
  const first = all.filter(
    (one, index) => !one.includes('@') || all.findIndex((other) => repository(other) === repository(one)) === index,
  );
  return first.toSorted();
}
