import type { ChildProcess } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { mustRun, plainEnvironment, runCommand, startDaemon, waitUntil } from './command.ts';
import { dnsAddress, insideCommand, onlyNetwork, type Namespace } from './namespace.ts';

/** The containerd image store exports caches and multi-platform images; the graph driver is what hosted runners have. */
export type ImageStore = 'containerd' | 'graphdriver';

export interface EngineSettings {
  readonly namespace: Namespace;
  /** Holds all that belongs to this engine; a sub-folder is deleted for a fresh start. */
  readonly folder: string;
  readonly logFile: string;
  /** The lab's certificate authority, which the engine trusts instead of the machine's. */
  readonly caFile: string;
  readonly store: ImageStore;
  /** A bridge of its own for an engine beside another: two engines would fight over docker0 and the iptables chains. */
  readonly bridge?: { readonly name: string; readonly address: string };
  /** More settings of dockerd's configuration file, such as `registry-mirrors`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface Engine {
  readonly settings: EngineSettings;
  readonly socket: string;
  /** Value for DOCKER_HOST. */
  readonly dockerHost: string;
  readonly process: ChildProcess;
}

const startTimeoutMs = 30_000;

export async function startEngine(settings: EngineSettings): Promise<Engine> {
  const { folder, namespace } = settings;
  await discardData(folder);
  const socket = path.join(folder, 'docker.sock');
  await rm(socket, { force: true });
  if (settings.bridge) {
    await addBridge(namespace, settings.bridge);
  }
  const configFile = path.join(folder, 'daemon.json');
  await writeFile(configFile, JSON.stringify(daemonConfig(settings, socket), null, 2));
  // As process 1 of a PID namespace (under a small init): killing it takes containerd, the shims and all containers
  // along, however stubborn, so that nothing has to be stopped politely and nothing is left.
  const argv = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', 'docker-init', '--'];
  const command = insideCommand(namespace, [...argv, 'dockerd', '--config-file', configFile]);
  // Shorter than below data-root: BuildKit makes the socket of an ssh agent there, whose path may have 107 characters.
  const env = {
    ...plainEnvironment(),
    SSL_CERT_FILE: settings.caFile,
    DOCKER_TMPDIR: path.join(folder, 'tmp'),
  };
  const child = startDaemon(command, settings.logFile, env);
  const engine: Engine = { settings, socket, dockerHost: `unix://${socket}`, process: child };
  try {
    await waitUntil('the engine', () => answers(engine), startTimeoutMs);
  } catch (error) {
    await stopEngine(engine);
    const log = await readFile(settings.logFile, 'utf8');
    throw new Error(`lab: the engine did not start\n${log.slice(-3000)}`, { cause: error });
  }
  return engine;
}

/** A new engine without any image, container, cache or builder: what a hosted runner offers to each job. */
export async function freshEngine(
  engine: Engine,
  changes: Partial<Pick<EngineSettings, 'store' | 'extra'>> = {},
): Promise<Engine> {
  await stopEngine(engine);
  return startEngine({ ...engine.settings, ...changes });
}

export async function stopEngine(engine: Engine): Promise<void> {
  await killProcessNamespace(engine.process);
  await Promise.all([removeCgroups(cgroupOf(engine.settings)), discardData(engine.settings.folder)]);
}

/** Deleting thousands of files takes longer than starting an engine: it happens on the side. */
async function discardData(folder: string): Promise<void> {
  const old = path.join(folder, `old-${process.pid}-${Date.now()}`);
  await mkdir(old, { recursive: true });
  await Promise.all(
    ['data', 'exec', 'tmp'].map((name) => rename(path.join(folder, name), path.join(old, name)).catch(() => undefined)),
  );
  startDaemon(['sh', '-c', 'rm -rf --one-file-system "$0"/old-*', folder], '/dev/null');
}

function daemonConfig(settings: EngineSettings, socket: string): object {
  const { folder, bridge } = settings;
  return {
    hosts: [`unix://${socket}`],
    'data-root': path.join(folder, 'data'),
    'exec-root': path.join(folder, 'exec'),
    // Beside what is deleted: a left pid file would name another process of the next PID namespace.
    pidfile: path.join(folder, 'exec/docker.pid'),
    features: { 'containerd-snapshotter': settings.store === 'containerd' },
    dns: [dnsAddress],
    ip6tables: false,
    'userland-proxy': false,
    // systemd's driver would ask the machine's systemd for scopes that nobody removes.
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'cgroup-parent': `/${cgroupOf(settings)}`,
    ...(bridge ? { bridge: bridge.name, iptables: false } : {}),
    ...settings.extra,
  };
}

function cgroupOf(settings: EngineSettings): string {
  return `${settings.namespace.name}-${path.basename(settings.folder)}`;
}

function answers(engine: Engine): Promise<boolean> {
  if (engine.process.exitCode !== null || engine.process.signalCode !== null) {
    throw new Error('lab: dockerd ended');
  }
  return new Promise((resolve) => {
    const request = http.get({ socketPath: engine.socket, path: '/_ping', timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
    request.on('timeout', () => request.destroy());
  });
}

async function killProcessNamespace(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  child.ref();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // `unshare` waits for its only child, process 1 inside, which the kernel ends last of all.
  const inner = await runCommand(['ps', '-o', 'pid=', '--ppid', String(child.pid)]);
  const pid = Number(inner.stdout.trim()) || child.pid;
  process.kill(pid, 'SIGKILL');
  await ended;
}

async function addBridge(namespace: Namespace, bridge: { readonly name: string; readonly address: string }) {
  await runCommand(onlyNetwork(namespace, ['ip', 'link', 'delete', bridge.name]));
  const lines = [
    `link add ${bridge.name} type bridge`,
    `address add ${bridge.address} dev ${bridge.name}`,
    `link set ${bridge.name} up`,
  ];
  await mustRun(['ip', '-n', namespace.name, '-batch', '-'], { input: `${lines.join('\n')}\n` });
}

/** Killed containers leave empty cgroups behind, on every hierarchy of version 1 and in the tree of version 2. */
async function removeCgroups(name: string): Promise<void> {
  const script = 'for d in /sys/fs/cgroup/"$0" /sys/fs/cgroup/*/"$0"; do [ -d "$d" ] && find "$d" -depth -type d; done';
  await runCommand(['sh', '-c', `(${script}) 2>/dev/null | xargs -r rmdir 2>/dev/null`, name]);
}
