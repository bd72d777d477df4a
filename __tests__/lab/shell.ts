/**
 * A shell, or one command, inside the outage lab:
 *
 *   sudo node __tests__/lab/shell.ts                                  a shell in a new lab, which ends with it
 *   sudo node __tests__/lab/shell.ts -- docker buildx ls              one command
 *   sudo node __tests__/lab/shell.ts --keep                           starts a lab and leaves it running
 *   sudo node __tests__/lab/shell.ts --fault '{"host":"gcr.io","fault":"refused"}' -- docker pull gcr.io/…
 *   sudo node __tests__/lab/shell.ts --stop
 *
 * A lab that runs already (from --keep, or from a test that waits in a debugger) is joined.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Fault } from './contract.ts';
import { jobEnvironment, type Job } from './host/job.ts';
import { removeLabFolder } from './host/lab-folder.ts';
import { insideCommand, removeNamespace, type Namespace } from './host/namespace.ts';
import { labPaths } from './host/paths.ts';
import { startLab } from './lab.ts';
import { connectControl } from './services/control.ts';
import { runnerVariables } from './services/runner-token.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string', default: process.env['LAB_NAME'] ?? 'default' },
    store: { type: 'string', default: 'containerd' },
    fault: { type: 'string', multiple: true },
    keep: { type: 'boolean', default: false },
    stop: { type: 'boolean', default: false },
  },
});

const { id, folder, logs } = labPaths(values.name);
const descriptionFile = path.join(folder, 'lab.json');

async function main(): Promise<number> {
  if (values.stop) {
    await removeNamespace(id);
    await removeLabFolder(folder);
    return 0;
  }
  const running = existsSync(`/run/netns/${id}`) && existsSync(descriptionFile);
  const store = values.store === 'graphdriver' ? 'graphdriver' : 'containerd';
  const own = running ? undefined : await startLab({ name: values.name, store });
  process.stderr.write(running ? `joining lab ${id}\n` : `lab ${id}, logs in ${logs}\n`);
  if (values.fault) {
    const faults = values.fault.map((text) => JSON.parse(text) as Fault);
    await connectControl(path.join(folder, 'control.sock')).setFaults(faults);
  }
  if (values.keep && positionals.length === 0) {
    return 0;
  }
  const exitCode = await interactive(positionals.length > 0 ? positionals : ['bash', '--norc']);
  if (!values.keep) {
    await own?.stop();
  }
  return exitCode;
}

async function interactive(argv: readonly string[]): Promise<number> {
  const lab = JSON.parse(await readFile(descriptionFile, 'utf8')) as {
    readonly namespace: Namespace;
    readonly job: Job;
    readonly dockerHost: string;
  };
  const [command = '', ...args] = insideCommand(lab.namespace, argv);
  const job = jobEnvironment(lab.job, lab.dockerHost, process.cwd());
  const env = { ...job, ...runnerVariables(), TERM: process.env['TERM'] ?? 'dumb', PS1: `(${id}) \\w \\$ ` };
  const child = spawn(command, args, { stdio: 'inherit', env });
  // Ctrl-C is the shell's business.
  process.on('SIGINT', () => undefined);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

process.exitCode = await main();
