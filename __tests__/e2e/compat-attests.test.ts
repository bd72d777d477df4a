/** Jobs of the original about attestations and caches: provenance, sbom, registry-cache, github-cache, local-cache. */
import { expect, test } from 'vitest';
import { APP, expectGreen, expectPushedTo, lines, printed, useCompatLab } from './compat.ts';
import { checkout } from './world.ts';

const world = useCompatLab('docker-container');
const RUN_URL = 'https://github.com/acme/api/actions/runs/424242/attempts/1';

const GO: Readonly<Record<string, string>> = {
  // The original compiles a Go program; where the file comes from is all the same to an attestation.
  'test/go/Dockerfile': lines(
    '# syntax=docker/dockerfile:1',
    'FROM alpine AS build',
    'RUN echo "a program" >/app',
    'FROM scratch AS binary',
    'COPY --from=build /app /bin/app',
    'FROM alpine AS image',
    'COPY --from=build /app /bin/app',
    'ENTRYPOINT ["cat", "/bin/app"]',
  ),
};

interface Target {
  readonly target: 'image' | 'binary';
  readonly attribute: string;
}

/** SLSA 0.2 and 1.0, as far as both are read here. */
interface Provenance {
  readonly SLSA?: Provenance;
  readonly predicate?: Provenance;
  readonly builder?: { readonly id: string };
  readonly runDetails?: { readonly builder: { readonly id: string } };
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly buildConfig?: unknown;
}

test.each<Target>([
  { target: 'image', attribute: 'mode=max' },
  { target: 'image', attribute: '' },
  { target: 'binary', attribute: 'mode=max' },
  { target: 'binary', attribute: '' },
])('provenance: $target, "$attribute"', async ({ target, attribute }) => {
  await checkout(world.lab, GO);
  const tag = `${APP}:provenance-${attribute === '' ? 'default' : 'max'}`;
  const folder = `out-${attribute === '' ? 'default' : 'max'}`;
  const result = await world.step({
    context: './test/go',
    file: './test/go/Dockerfile',
    target,
    outputs: target === 'image' ? `type=image,name=${tag},push=true` : folder,
    provenance: attribute,
  });
  await expectGreen(result, ['./test/go']);
  if (target === 'image') await expectPushedTo(world.lab, result, [tag]);
  const text =
    target === 'image'
      ? await world.sh(`docker buildx imagetools inspect ${tag} --format '{{json .Provenance}}'`)
      : await world.sh(`cat ${folder}/provenance.json`);
  const read = JSON.parse(text) as Provenance;
  const provenance = read.SLSA ?? read.predicate ?? read;
  expect((provenance.runDetails ?? provenance).builder?.id).toBe(RUN_URL);
  // A public repository's default is the whole story, too.
  expect(text).toContain('a program');
});

test('provenance of a private repository: the short story', async () => {
  await checkout(world.lab, GO);
  await world.lab.setEvent({ repository: { private: true, name: 'api', owner: { login: 'acme' } } });
  const tag = `${APP}:provenance-private`;
  const result = await world.step({ context: './test/go', target: 'image', push: true, tags: tag });
  await expectGreen(result, ['--push', './test/go']);
  const text = await world.sh(`docker buildx imagetools inspect ${tag} --format '{{json .Provenance}}'`);
  expect(text).not.toContain('a program');
});

test.each<Pick<Target, 'target'>>([{ target: 'image' }, { target: 'binary' }])('sbom: $target', async ({ target }) => {
  await checkout(world.lab, GO);
  const tag = `${APP}:sbom`;
  const scope = `scope=attests-${target}`;
  const result = await world.step({
    context: './test/go',
    file: './test/go/Dockerfile',
    target,
    outputs: target === 'image' ? `type=image,name=${tag},push=true` : 'out-sbom',
    sbom: true,
    'cache-from': `type=gha,${scope}`,
    'cache-to': `type=gha,${scope},mode=max`,
  });
  await expectGreen(result, ['./test/go']);
  const text =
    target === 'image'
      ? await world.sh(`docker buildx imagetools inspect ${tag} --format '{{json .SBOM}}'`)
      : await world.sh('cat out-sbom/sbom*.spdx.json');
  expect(text).toContain('SPDX-2.3');
});

test.each([
  { job: 'registry-cache', from: `type=registry,ref=${APP}:registry-cache`, to: 'type=inline', and: '' },
  { job: 'github-cache', from: 'type=gha,scope=ci-', to: 'type=gha,scope=ci-', and: '' },
  {
    job: 'local-cache',
    from: 'type=local,src=/tmp/.buildx-cache',
    to: 'type=local,dest=/tmp/.buildx-cache-new',
    and: 'rm -rf /tmp/.buildx-cache && mv /tmp/.buildx-cache-new /tmp/.buildx-cache',
  },
])('$job: what one build exports, the next one finds', async ({ job, from, to, and }) => {
  const { lab } = world;
  const here = (text: string): string => text.replaceAll('/tmp/', `${lab.job.folder}/`);
  const tags = [`${APP}:${job}`, `${APP}:${job}-1.0.0`];
  await checkout(lab, {
    'test/cached.Dockerfile': lines('FROM alpine', `RUN echo "${job}" | tee /log && date +%s%N >/when`),
  });
  const inputs = {
    context: './test',
    file: './test/cached.Dockerfile',
    push: true,
    tags: tags.join('\n'),
    'cache-from': here(from),
    'cache-to': here(to),
  };
  const first = await world.step(inputs);
  await expectGreen(first, ['--push', './test']);
  expect(printed(first).split('\n')).toContain(job);
  if (and !== '') await world.sh(here(and));
  await world.sh('docker buildx prune --all --force');
  const second = await world.step(inputs);
  await expectGreen(second, ['--push', './test']);
  await expectPushedTo(lab, second, tags);
  // A step whose result comes from the cache prints nothing.
  expect(printed(second).split('\n')).not.toContain(job);
});
