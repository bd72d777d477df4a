import { expect, test } from 'vitest';
import { chooseDockerfiles, type DockerfileFile } from '../../src/facts/dockerfile-choice.ts';
import { ownPlatform } from '../../src/facts/read-dockerfiles.ts';

interface Case {
  readonly file?: string;
  readonly context?: string;
  readonly files: readonly string[];
}

function choose({ file, context = '.', files }: Case): ReturnType<typeof chooseDockerfiles> {
  const there = ['/bundled/Dockerfile', '/bundled/Dockerfile.resilient', ...files];
  const paths = { isFile: (path: string) => there.includes(path), isDirectory: () => true };
  return chooseDockerfiles({ file: file ?? null, context, cwd: '/repo', bundled: '/bundled' }, paths);
}

const file = (path: string, origin: DockerfileFile['origin'], isDefault = false): DockerfileFile => ({
  path,
  origin,
  isDefault,
});
const bundled = {
  standard: file('/bundled/Dockerfile', 'bundled'),
  resilient: file('/bundled/Dockerfile.resilient', 'bundled'),
};

test.each<[string, Case, ReturnType<typeof chooseDockerfiles>]>([
  [
    "the repository's own",
    { files: ['/repo/Dockerfile'] },
    { standard: file('/repo/Dockerfile', 'repository', true), resilient: null },
  ],
  [
    'in lower case, as buildx takes it too',
    { files: ['/repo/dockerfile'] },
    { standard: file('/repo/dockerfile', 'repository', true), resilient: null },
  ],
  [
    'with its resilient one',
    { files: ['/repo/Dockerfile', '/repo/Dockerfile.resilient'] },
    {
      standard: file('/repo/Dockerfile', 'repository', true),
      resilient: file('/repo/Dockerfile.resilient', 'repository'),
    },
  ],
  [
    'of the context, not of the working directory',
    { context: 'app', files: ['/repo/Dockerfile', '/repo/app/Dockerfile'] },
    { standard: file('/repo/app/Dockerfile', 'repository', true), resilient: null },
  ],
  [
    'the one that is given',
    { file: 'docker/web', files: ['/repo/Dockerfile', '/repo/Dockerfile.resilient', '/repo/docker/web'] },
    { standard: file('/repo/docker/web', 'given'), resilient: null },
  ],
  [
    'with its sibling',
    { file: 'docker/web', files: ['/repo/docker/web', '/repo/docker/web.resilient'] },
    { standard: file('/repo/docker/web', 'given'), resilient: file('/repo/docker/web.resilient', 'given') },
  ],
  ['given, and not there', { file: 'docker/web', files: ['/repo/Dockerfile'] }, null],
  ['none at all', { files: [] }, bundled],
  ['a resilient one alone', { files: ['/repo/Dockerfile.resilient'] }, bundled],
  [
    'a context that only BuildKit fetches',
    { context: 'https://github.com/acme/api.git', files: ['/repo/Dockerfile'] },
    null,
  ],
])('%s', (_, given, choice) => {
  expect(choose(given)).toEqual(choice);
});

test.each([
  ['x64', 'linux/amd64'],
  ['arm64', 'linux/arm64'],
  ['arm', 'linux/arm/v7'],
  ['ia32', 'linux/386'],
  ['riscv64', 'linux/riscv64'],
  ['s390x', 'linux/s390x'],
  ['ppc64', 'linux/ppc64le'],
])('a machine of Node’s %s builds for %s', (architecture, platform) => {
  expect(ownPlatform(architecture)).toBe(platform);
});
