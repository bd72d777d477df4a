/** The services in a network namespace of their own, with a client inside: all that their own tests need. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { connectControl } from '../control.ts';
import type { Control } from '../control.ts';
import { dnsAddress } from '../hosts.ts';
import type { Ask, Outcome } from './client.ts';

const execute = promisify(execFile);

export interface World {
  readonly control: Control;
  readonly folder: string;
  readonly caFile: string;
  readonly ask: (ask: Ask) => Promise<Outcome>;
  /** Runs a program inside and returns what it printed. */
  readonly run: (argv: readonly string[], options?: RunOptions) => Promise<string>;
  readonly close: () => Promise<void>;
}

export interface RunOptions {
  readonly folder?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

export async function startWorld(): Promise<World> {
  const folder = await mkdtemp('/tmp/lab-services-');
  const name = `services-${process.pid}`;
  const inside = insideCommand(name, join(folder, 'resolv.conf'));
  await createNamespace(name, folder);
  const socket = join(folder, 'control.sock');
  const options = ['--state-folder', join(folder, 'state'), '--control-socket', socket];
  const server = start(inside([process.execPath, join(import.meta.dirname, '../server.ts'), ...options]), {});
  const control = connectControl(socket);
  await control.ready();
  const caFile = join(folder, 'state/certificates/ca.pem');
  const trust = { NODE_EXTRA_CA_CERTS: caFile };
  const client = start(inside([process.execPath, join(import.meta.dirname, 'client.ts')]), trust);
  const outcomes = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
  return {
    control,
    folder,
    caFile,
    ask: async (ask) => {
      client.stdin.write(`${JSON.stringify(ask)}\n`);
      const { value, done } = await outcomes.next();
      if (done === true) {
        throw new Error('the client inside the namespace has ended');
      }
      return JSON.parse(value) as Outcome;
    },
    run: async (argv, { folder: cwd = folder, variables = {} } = {}) => {
      const [program = '', ...args] = inside(argv);
      const { stdout } = await execute(program, args, { cwd, env: { ...plainEnvironment(), ...trust, ...variables } });
      return stdout;
    },
    close: async () => {
      await Promise.all([stop(client), stop(server)]);
      await execute('ip', ['netns', 'delete', name]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Network namespaces need root; without the tools there is nothing to test. */
export function canRunWorld(): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v docker-registry iptables-restore ip nsenter openssl']);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

async function createNamespace(name: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'resolv.conf'), `nameserver ${dnsAddress}\noptions timeout:1 attempts:1\n`);
  const addresses = Array.from({ length: 59 }, (_, index) => `address add 10.88.0.${index + 2}/32 dev lo`);
  const batch = join(folder, 'addresses');
  await writeFile(batch, ['link set lo up', ...addresses, ''].join('\n'));
  await execute('ip', ['netns', 'add', name]);
  await execute('ip', ['-n', name, '-batch', batch]);
}

function insideCommand(name: string, resolvConf: string): (argv: readonly string[]) => string[] {
  const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
  const enter = ['nsenter', `--net=/run/netns/${name}`, 'unshare', '--mount', 'sh', '-c', script, resolvConf];
  return (argv) => [...enter, ...argv];
}

function start(argv: readonly string[], variables: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { env: { ...plainEnvironment(), ...variables } });
  child.stderr.pipe(process.stderr);
  return child;
}

async function stop(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
}

/** Nothing of the machine's proxies or tokens may reach the programs inside. */
function plainEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/root' };
}
