import { chmod, copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mustRun } from '../command.ts';
import type { GoToolchain } from './go-toolchain.ts';

export type Architecture = 'amd64' | 'arm64';

/** What the images are made from, all of it on this machine. */
export interface Ingredients {
  /** Folder of the packages that scripts/setup/install-engine.sh downloaded. */
  readonly packages: string;
  /** The lab's certificate authority, which the images trust as real ones trust the public ones. */
  readonly caFile: string;
  /** Unpacked and compiled when the first layer asks for it. */
  go(): Promise<GoToolchain>;
}

const busyboxPath = '/bin/busybox';

const accounts = {
  passwd: ['root:x:0:0:root:/root:/bin/sh', 'nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin'],
  group: ['root:x:0:', 'nogroup:x:65534:'],
} as const;

export async function writeTree(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    // Files under a bin folder are programs.
    await writeFile(file, content, { mode: name.includes('bin/') ? 0o755 : 0o644 });
  }
}

/** A small Unix: busybox with all its applets, accounts and certificates. */
export async function fillBusybox(folder: string, from: Ingredients, architecture: Architecture): Promise<void> {
  await fillEtc(folder, from);
  const bin = path.join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  await copyFile(await busyboxOf(from, architecture), path.join(bin, 'busybox'));
  await chmod(path.join(bin, 'busybox'), 0o755);
  const applets = await mustRun([busyboxPath, '--list']);
  for (const applet of applets.trim().split('\n')) {
    // A package manager that cannot install anything would only mislead.
    if (!['busybox', 'dpkg', 'dpkg-deb', 'rpm'].includes(applet)) {
      await symlink(busyboxPath, path.join(bin, applet));
    }
  }
  for (const name of ['usr', 'sbin', 'proc', 'sys', 'dev', 'var', 'root']) {
    await mkdir(path.join(folder, name), { recursive: true });
  }
  await symlink('/bin', path.join(folder, 'usr/bin'));
}

/** What distroless/static has: no shell, but accounts, certificates and time zones. */
export async function fillDistroless(folder: string, from: Ingredients): Promise<void> {
  await fillEtc(folder, from);
  await writeTree(folder, {
    'etc/passwd': `${[...accounts.passwd, 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin'].join('\n')}\n`,
    'etc/group': `${[...accounts.group, 'nonroot:x:65532:'].join('\n')}\n`,
    'etc/os-release': 'NAME="Distroless"\nID="debian"\n',
  });
  const home = path.join(folder, 'home/nonroot');
  await mkdir(home, { recursive: true });
  await chmod(home, 0o777);
  const zones = path.join(folder, 'usr/share/zoneinfo/Etc');
  await mkdir(zones, { recursive: true });
  // The shortest valid TZif file: UTC.
  const utc = Buffer.from(`TZif2${'\0'.repeat(35)}\0\0\0\x01\0\0\0\x04\0\0\0\0\0\0UTC\0`, 'latin1');
  await writeFile(path.join(zones, 'UTC'), utc);
}

async function fillEtc(folder: string, from: Ingredients): Promise<void> {
  await writeTree(folder, {
    'etc/passwd': `${accounts.passwd.join('\n')}\n`,
    'etc/group': `${accounts.group.join('\n')}\n`,
    'etc/nsswitch.conf': 'hosts: files dns\n',
  });
  const certificates = path.join(folder, 'etc/ssl/certs');
  await mkdir(certificates, { recursive: true });
  await copyFile(from.caFile, path.join(certificates, 'ca-certificates.crt'));
  await chmod(path.join(certificates, 'ca-certificates.crt'), 0o644);
  await mkdir(path.join(folder, 'tmp'));
  await chmod(path.join(folder, 'tmp'), 0o1777);
}

async function busyboxOf(from: Ingredients, architecture: Architecture): Promise<string> {
  if (architecture === 'amd64') {
    return (await mustRun(['sh', '-c', 'command -v busybox'])).trim();
  }
  const unpacked = path.join(from.packages, 'arm64');
  const name = (await readdir(from.packages)).find((file) => /^busybox-static_.*_arm64\.deb$/.test(file));
  if (name) {
    await mustRun(['dpkg', '-x', path.join(from.packages, name), unpacked]);
  }
  // Where the distribution offers no arm64 packages (Ubuntu), arm64 images cannot run, but still build and push.
  const found = await mustRun(['sh', '-c', 'ls "$0"/bin/busybox "$0"/usr/bin/busybox 2>/dev/null || true', unpacked]);
  return found.split('\n')[0] || '/dev/null';
}
