import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mustRun, runCommand, waitUntil } from './command.ts';

/**
 * One network namespace holds the engine, the services and the process under test. It has a loopback device only, so
 * a case cannot reach the real internet, and a real outage cannot disturb a case.
 */
export interface Namespace {
  readonly name: string;
  /** Folder of the files that stand in for those of /etc. */
  readonly etc: string;
}

export const dnsAddress = '10.88.0.53';
/** Where the builder containers of the lab find BuildKit; see builder-engine.ts. */
export const builderAddress = '10.88.0.60';

const lastAddress = 60;

/** The lab's certificate authority beside the files that stand in for those of /etc. */
export const caName = 'ca.pem';
const machineAuthorities = '/etc/ssl/certs/ca-certificates.crt';

const etcFiles: Readonly<Record<string, string>> = {
  'resolv.conf': `nameserver ${dnsAddress}\noptions timeout:2 attempts:2\n`,
  hosts: '127.0.0.1 localhost\n',
  // On Ubuntu nss-resolve would ask the machine's own resolver through a socket, past the namespace.
  'nsswitch.conf': 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n',
};

export async function createNamespace(name: string, folder: string): Promise<Namespace> {
  const namespace: Namespace = { name, etc: path.join(folder, 'etc') };
  await removeNamespace(name);
  await mkdir(namespace.etc, { recursive: true });
  await Promise.all(
    Object.entries(etcFiles).map(([file, content]) => writeFile(path.join(namespace.etc, file), content)),
  );
  await mustRun(['ip', 'netns', 'add', name]);
  const addresses = Array.from({ length: lastAddress - 1 }, (_, index) => `10.88.0.${index + 2}`);
  const batch = ['link set lo up', ...addresses.map((address) => `address add ${address}/32 dev lo`)];
  await mustRun(['ip', '-n', name, '-batch', '-'], { input: `${batch.join('\n')}\n` });
  await mustRun(onlyNetwork(namespace, ['sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward']));
  return namespace;
}

/** Ends whatever still runs inside, also what a killed earlier run left, and removes the namespace. */
export async function removeNamespace(name: string): Promise<void> {
  const known = await runCommand(['ip', 'netns', 'pids', name]);
  if (known.exitCode !== 0) {
    return;
  }
  await waitUntil(`the end of the processes in ${name}`, () => killInside(name), 10_000);
  await mustRun(['ip', 'netns', 'delete', name]);
}

async function killInside(name: string): Promise<boolean> {
  const pids = await processesInside(name);
  pids.forEach(killProcess);
  return pids.length === 0;
}

/** Containers have network namespaces of their own and are not among them. */
export async function processesInside(name: string): Promise<readonly number[]> {
  const listed = await runCommand(['ip', 'netns', 'pids', name]);
  return listed.stdout.split('\n').map(Number).filter(Boolean);
}

export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

/**
 * The argv that runs a program inside, with the lab's DNS. `ip netns exec` would do the same but for remounting /sys,
 * which hides the cgroups from an engine. The mount namespace also takes all mounts of an engine with it when it ends.
 */
export function insideCommand(namespace: Namespace, argv: readonly string[]): string[] {
  const binds = Object.keys(etcFiles).map((file) => `mount --bind "$0/${file}" /etc/${file}`);
  // dockerd would join a containerd of the machine itself, and with it leave the namespace.
  const hide = '{ [ ! -d /run/containerd ] || mount -t tmpfs none /run/containerd; }';
  // git, as BuildKit starts it for a context, takes its authorities from nowhere else.
  const trust = `{ [ ! -f "$0/${caName}" ] || [ ! -f ${machineAuthorities} ] || mount --bind "$0/${caName}" ${machineAuthorities}; }`;
  const script = `${[...binds, hide, trust].join(' && ')} && exec "$@"`;
  // Not sh: dash drops what is no name to it, and so every INPUT_ variable with a dash.
  return onlyNetwork(namespace, ['unshare', '--mount', 'bash', '-c', script, namespace.etc, ...argv]);
}

/** Inside the network, but with the machine's own /etc: for tools that resolve no names, such as iptables. */
export function onlyNetwork(namespace: Namespace, argv: readonly string[]): string[] {
  return ['nsenter', `--net=/run/netns/${namespace.name}`, ...argv];
}
