import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { mustRun, plainEnvironment } from '../command.ts';

/**
 * A real Go toolchain, cut down to what compiles Linux programs without cgo (every fresh engine pulls it again, so
 * each megabyte counts), with a part of the standard library compiled already.
 */
export interface GoToolchain {
  readonly folder: string;
  readonly root: string;
}

/** All that `go build`, `go test` and `go vet` start; the full toolchain has a dozen more. */
const tools = ['asm', 'buildid', 'compile', 'link', 'vet'];

/** Systems and processors the lab builds for neither; their files are half of the standard library's sources. */
const foreign =
  'aix|android|darwin|dragonfly|freebsd|illumos|ios|js|netbsd|openbsd|plan9|solaris|wasip1|windows|' +
  '386|arm|loong64|mips|mips64|mips64le|mipsle|mips64x|mipsx|ppc64|ppc64le|ppc64x|riscv64|s390x|wasm';

/**
 * Environment of the image. Compiling the standard library for two platforms takes 20 s on two cores, in every case:
 * with `installgoroot` Go takes the compiled packages of GOROOT instead, as it did before Go 1.20. They serve only
 * builds with the flags they were compiled with: those of the bundled Dockerfiles, which are also this image's default
 * for Dockerfiles without any. Builds with other flags work, but slowly.
 */
export const goEnvironment: Readonly<Record<string, string>> = {
  GOTOOLCHAIN: 'local',
  GODEBUG: 'installgoroot=all',
  GOFLAGS: '-trimpath -tags=timetzdata',
};

/** What the lab's services import; everything else is compiled when needed. */
const precompiled = [
  ...['net/http', 'encoding/json', 'encoding/base64', 'encoding/hex', 'log/slog', 'embed', 'flag'],
  ...['os/signal', 'os/exec', 'runtime/debug'],
];

const trimScript = `
cd "$0" && rm -rf cmd
find . -name testdata -type d -prune -exec rm -rf {} +
find . -name '*_test.go' -delete
find . -name '*.syso' -delete
find . -regextype posix-extended -type f -regex ".*_($1)\\.(go|s|h)" -delete
`;

/** Made once in the given folder, since it takes most of a minute, and changes less often than the images do. */
export async function makeGoToolchain(packages: string, folder: string): Promise<GoToolchain> {
  const finished = path.join(folder, 'finished');
  const toolchain: GoToolchain = { folder, root: path.join(folder, 'go') };
  if (existsSync(finished)) {
    return toolchain;
  }
  await mustRun(['rm', '-rf', folder]);
  await mkdir(folder, { recursive: true });
  const source = await unpackedGo(packages, path.join(folder, 'packages'));
  const toolFolder = 'pkg/tool/linux_amd64';
  const present = await readdir(path.join(source, toolFolder));
  const toolNames = tools.filter((tool) => present.includes(tool)).map((tool) => `${toolFolder}/${tool}`);
  for (const name of ['VERSION', 'go.env', 'bin/go', 'lib', 'src', 'pkg/include', ...toolNames]) {
    // Debian keeps what all architectures share in another tree, behind links.
    if (existsSync(path.join(source, name))) {
      await cp(path.join(source, name), path.join(toolchain.root, name), { recursive: true, dereference: true });
    }
  }
  await mustRun(['sh', '-c', trimScript, path.join(toolchain.root, 'src'), foreign]);
  for (const architecture of ['amd64', 'arm64']) {
    const list = await runGo(toolchain, architecture, 'src', ['list', '-deps', ...precompiled]);
    const names = list.split('\n').filter((name) => name !== '' && name !== 'unsafe');
    await runGo(toolchain, architecture, 'src', ['install', ...names]);
  }
  await mustRun(['rm', '-rf', path.join(folder, 'packages'), path.join(folder, 'cache')]);
  await writeFile(finished, '');
  return toolchain;
}

/** The toolchain under /usr/local/go, as in the official image. */
export async function fillGo(folder: string, toolchain: GoToolchain): Promise<void> {
  const target = path.join(folder, 'usr/local/go');
  await mkdir(path.dirname(target), { recursive: true });
  await cp(toolchain.root, target, { recursive: true });
  await mustRun(['sh', '-c', 'rm -rf "$0"/linux_*', path.join(target, 'pkg')]);
  for (const name of ['go/src', 'go/bin', 'usr/local/bin']) {
    await mkdir(path.join(folder, name), { recursive: true });
  }
  await symlink('/usr/local/go/bin/go', path.join(folder, 'usr/local/bin/go'));
}

/** The compiled packages, in a layer of their own so that both are pulled at once. */
export async function fillGoPackages(folder: string, toolchain: GoToolchain): Promise<void> {
  const target = path.join(folder, 'usr/local/go/pkg');
  await mkdir(target, { recursive: true });
  for (const name of ['linux_amd64', 'linux_arm64']) {
    await cp(path.join(toolchain.root, 'pkg', name), path.join(target, name), { recursive: true });
  }
}

/** Compiles a program of this folder's own, such as `frontend`. */
export async function compileProgram(
  toolchain: GoToolchain,
  architecture: string,
  name: string,
  output: string,
): Promise<void> {
  await mkdir(path.dirname(output), { recursive: true });
  const source = path.join(import.meta.dirname, name);
  await runGo(toolchain, architecture, source, ['build', '-ldflags=-s -w', '-o', output, '.']);
}

async function runGo(toolchain: GoToolchain, architecture: string, folder: string, args: readonly string[]) {
  const { root, folder: home } = toolchain;
  const own = { GOROOT: root, GOCACHE: path.join(home, 'cache'), HOME: home, CGO_ENABLED: '0', GOARCH: architecture };
  const env = { ...plainEnvironment(), ...goEnvironment, ...own };
  return mustRun([path.join(root, 'bin/go'), ...args], { cwd: path.resolve(root, folder), env });
}

/** From Debian's packages, or from a toolchain of the machine that the installer linked (hosted runners have one). */
async function unpackedGo(packages: string, work: string): Promise<string> {
  const linked = path.join(packages, 'goroot');
  if (existsSync(linked)) {
    return linked;
  }
  for (const name of (await readdir(packages)).filter((file) => /^golang-.*\.deb$/.test(file))) {
    await mustRun(['dpkg', '-x', path.join(packages, name), work]);
  }
  const version = (await readdir(path.join(work, 'usr/lib')).catch(() => [])).find((name) => name.startsWith('go-'));
  if (!version) {
    throw new Error('lab: no Go toolchain; run scripts/setup/install-engine.sh');
  }
  return path.join(work, 'usr/lib', version);
}
