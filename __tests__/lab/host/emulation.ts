import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mustRun } from './command.ts';

const formats = '/proc/sys/fs/binfmt_misc';
/** The start of every arm64 ELF program, and which of its bits count (qemu: scripts/qemu-binfmt-conf.sh). */
const magic = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const mask = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

/**
 * Lets arm64 programs run, also in containers (flag F: the emulator is opened once, here). The setting is the whole
 * machine's and ends with its next start. Answers whether arm64 runs; a machine without the emulator is no error.
 */
export async function registerEmulation(packages: string): Promise<boolean> {
  const emulator = path.join(packages, 'qemu-aarch64-static');
  if (!existsSync(path.join(formats, 'register'))) {
    await mustRun(['mount', '-t', 'binfmt_misc', 'binfmt_misc', formats]);
  }
  const registered = await readdir(formats);
  if (registered.some((name) => name.includes('aarch64'))) {
    return true;
  }
  if (!existsSync(emulator)) {
    return false;
  }
  await writeFile(path.join(formats, 'register'), `:lab-aarch64:M::${magic}:${mask}:${emulator}:F\n`);
  return true;
}
