import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** What the scripts of the Dockerfiles may use of the builder image; git, go and package managers are not among it. */
const TOOLS = ['cat', 'chmod', 'cp', 'env', 'find', 'grep', 'ls', 'mkdir', 'mktemp', 'rm', 'sed', 'sh', 'tee', 'tr'];

export interface ShellResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Sandbox {
  readonly folder: string;
  /** Writes an executable that the scripts find by its name. */
  command(name: string, script: string): void;
  write(name: string, content: string): void;
  read(name: string): string;
  /** Runs a shell line in the folder `work`. */
  sh(line: string, env?: Readonly<Record<string, string>>): ShellResult;
}

/** A folder with the scripts, the tools they need and stand-ins for the rest; nothing else is on PATH. */
export function createSandbox(scripts: ReadonlyMap<string, string>): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'bundled-dockerfile-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  mkdirSync(join(folder, 'work'));
  for (const tool of TOOLS) symlinkSync(whereIs(tool), join(bin, tool));
  const command = (name: string, script: string): void => writeFileSync(join(bin, name), script, { mode: 0o755 });
  for (const [name, script] of scripts) command(name, script);
  // The pauses are recorded instead of made.
  command('sleep', `#!/bin/sh\necho "$1" >>${folder}/pauses\n`);
  return {
    folder,
    command,
    write: (name, content) => {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    },
    read: (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : ''),
    sh: (line, env = {}) => {
      const options = { cwd: join(folder, 'work'), env: { PATH: bin, ...env }, encoding: 'utf8' } as const;
      const { status, stdout, stderr } = spawnSync(join(bin, 'sh'), ['-c', line], options);
      return { exitCode: status, stdout, stderr };
    },
  };
}

function whereIs(tool: string): string {
  const found = (process.env['PATH'] ?? '').split(':').find((folder) => existsSync(join(folder, tool)));
  if (found === undefined) throw new Error(`${tool} is not on PATH`);
  return join(found, tool);
}
