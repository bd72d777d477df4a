/** The modules that the lab's Go proxies know, as files of the GOPROXY protocol (go.dev/ref/mod#goproxy-protocol). */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { zipOf } from './zip.ts';
import type { ZipFile } from './zip.ts';

interface GoModule {
  readonly path: string;
  readonly version: string;
  readonly files: readonly ZipFile[];
}

const greet: GoModule = {
  path: 'example.com/lab/greet',
  version: 'v1.0.0',
  files: [
    { name: 'go.mod', content: 'module example.com/lab/greet\n\ngo 1.21\n' },
    {
      name: 'greet.go',
      content:
        '// Package greet says hello.\npackage greet\n\n' +
        '// Hello greets by name.\nfunc Hello(name string) string {\n\treturn "Hello, " + name + "!"\n}\n',
    },
  ],
};

/** The probe of the product asks for this `.mod` file, the example of the protocol's documentation. */
const probe: GoModule = {
  path: 'golang.org/x/mod',
  version: 'v0.2.0',
  files: [{ name: 'go.mod', content: 'module golang.org/x/mod\n\ngo 1.12\n' }],
};

const modules = [greet, probe];

/** The lines that a go.sum needs for the modules of the lab; with them, no checksum database is asked. */
export const labGoSum = [greet]
  .flatMap(({ path, version, files }) => [
    `${path} ${version} ${hash(files.map((file) => ({ ...file, name: `${path}@${version}/${file.name}` })))}\n`,
    `${path} ${version}/go.mod ${hash(files.filter((file) => file.name === 'go.mod'))}\n`,
  ])
  .join('');

export async function writeGoModules(folder: string): Promise<void> {
  await Promise.all(modules.map((module) => writeModule(folder, module)));
}

async function writeModule(folder: string, { path, version, files }: GoModule): Promise<void> {
  const info = JSON.stringify({ Version: version, Time: '2024-01-01T00:00:00Z' });
  const zipped = files.map((file) => ({ ...file, name: `${path}@${version}/${file.name}` }));
  const contents: readonly (readonly [string, string | Buffer])[] = [
    [`${path}/@latest`, info],
    [`${path}/@v/list`, `${version}\n`],
    [`${path}/@v/${version}.info`, info],
    [`${path}/@v/${version}.mod`, files.find(({ name }) => name === 'go.mod')?.content ?? ''],
    [`${path}/@v/${version}.zip`, zipOf(zipped)],
  ];
  for (const [name, content] of contents) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** golang.org/x/mod/sumdb/dirhash `Hash1`: the hash of the sorted list of the files' hashes. */
function hash(files: readonly ZipFile[]): string {
  const lines = files
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, content }) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
  return `h1:${createHash('sha256').update(lines.join('')).digest('base64')}`;
}
