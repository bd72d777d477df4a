import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Fault, LabArtifact, LabDocument, SeenRequest } from './contract.ts';
import { startBuilderEngine, type BuilderEngine } from './host/builder-engine.ts';
import type { CommandResult } from './host/command.ts';
import { registerEmulation } from './host/emulation.ts';
import { freshEngine, startEngine, stopEngine, type EngineSettings, type ImageStore } from './host/engine.ts';
import { prepareImages } from './host/images.ts';
import { createJob, type Job } from './host/job.ts';
import { makeLabFolder, removeLabFolder } from './host/lab-folder.ts';
import { caName, createNamespace, removeNamespace, type Namespace } from './host/namespace.ts';
import { cliProgram, labPaths, nodeForActions, type LabPaths } from './host/paths.ts';
import { endOrphans, findOrphans, type Orphan } from './host/orphans.ts';
import { pullAndRun, type PullOptions } from './host/pull-and-run.ts';
import { resetRegistry, startRegistry } from './host/registry.ts';
import { publishRepository, type RepositoryOptions } from './host/repository.ts';
import { readRemoteImage, type RemoteImage } from './host/remote-image.ts';
import { runScript, startAction, startProgram } from './host/runner.ts';
import type { ActionOptions, ActionResult, RunningAction, ScriptResult, StepOptions } from './host/runner.ts';
import { startLabServices } from './host/services-process.ts';
import { ensureCertificates } from './services/certificates.ts';
import { labHosts } from './services/hosts.ts';

export interface LabOptions {
  /** Labs of different names can run side by side; one that starts ends an older one of its name. */
  readonly name?: string;
  readonly store?: ImageStore;
}

export interface FreshEngineOptions {
  /** Default: as it was. */
  readonly store?: ImageStore;
  /** More of dockerd's configuration file, such as `registry-mirrors`. Default: none. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** One offline internet with an engine and a job in it. A lab serves many cases: `reset` between them. */
export interface Lab {
  readonly namespace: Namespace;
  readonly paths: LabPaths;
  /** The lab's certificate authority. */
  readonly caFile: string;
  /** Whether arm64 programs run on this machine. */
  readonly emulation: boolean;
  /** The present job's folders; `reset` makes new ones. */
  readonly job: Job;
  readonly dockerHost: string;
  /** Replaces the faults of the world. */
  faults(faults: readonly Fault[]): Promise<void>;
  requests(): Promise<readonly SeenRequest[]>;
  clearRequests(): Promise<void>;
  setDocument(document: LabDocument): Promise<void>;
  /** What the job's steps uploaded. */
  artifacts(): Promise<readonly LabArtifact[]>;
  /** Puts files under https://github.com/OWNER/NAME.git as one commit, and answers its SHA. */
  publishRepository(
    name: string,
    files: Readonly<Record<string, string>>,
    options?: RepositoryOptions,
  ): Promise<string>;
  /** Replaces the job's event, which is a push to main of a public repository. */
  setEvent(event: unknown): Promise<void>;
  /** An engine without images, caches and builders. */
  freshEngine(options?: FreshEngineOptions): Promise<void>;
  /** A healthy world, the registries as at first, an empty Actions cache, a fresh engine and a new job. */
  reset(options?: FreshEngineOptions): Promise<void>;
  /** Makes builders of the docker-container driver work until the next reset; see host/builder-engine.ts. */
  startBuilderEngine(): Promise<void>;
  /** Runs the action as GitHub's runner does. */
  run(options?: ActionOptions): Promise<ActionResult>;
  start(options?: ActionOptions): Promise<RunningAction>;
  /** Runs `dist/cli.js` with these arguments. */
  cli(args: readonly string[], options?: StepOptions): Promise<CommandResult>;
  /** Runs a `run:` step, with the files in which it can leave outputs and variables. */
  script(script: string, options?: StepOptions): Promise<ScriptResult>;
  /** Runs a shell line inside, as a `run:` step would. */
  sh(line: string, options?: StepOptions): Promise<CommandResult>;
  /** Pulls an image on another, empty engine, runs it there and answers its standard output. */
  pullAndRun(reference: string, args?: readonly string[], options?: PullOptions): Promise<string>;
  /** Processes that the job's steps left behind. */
  orphans(): Promise<readonly Orphan[]>;
  /** What the registry holds under a reference, whatever the faults; null where there is nothing. */
  inspectRemote(reference: string): Promise<RemoteImage | null>;
  stop(): Promise<void>;
}

export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const paths = labPaths(options.name ?? process.env['LAB_NAME'] ?? 'default');
  const packages = path.join(paths.state, 'packages');
  const certificatesFolder = path.join(paths.state, 'certificates');
  const names = labHosts.map((host) => host.name);
  await removeNamespace(paths.id);
  await makeLabFolder(paths.folder);
  const [{ caFile }, namespace, emulation] = await Promise.all([
    ensureCertificates(certificatesFolder, names),
    createNamespace(paths.id, paths.folder),
    registerEmulation(packages),
  ]);
  await copyFile(caFile, path.join(namespace.etc, caName));
  const logs = { recursive: true } as const;
  await rm(paths.logs, { ...logs, force: true });
  await mkdir(paths.logs, logs);
  const logFile = (name: string): string => path.join(paths.logs, `${name}.log`);
  const pristine = await prepareImages(paths.state, { packages, caFile });
  const engineSettings = (name: string): Omit<EngineSettings, 'store'> => {
    return { namespace, caFile, folder: path.join(paths.folder, name), logFile: logFile(name) };
  };
  const jobFolder = path.join(paths.folder, 'job');
  const { folder } = paths;
  const services = startLabServices({ namespace, folder, certificatesFolder, logFile: logFile('services') });
  const [registry, firstEngine, firstJob] = await Promise.all([
    startRegistry(namespace, path.join(paths.folder, 'registry'), pristine, logFile('registry')),
    startEngine({ ...engineSettings('engine'), store: options.store ?? 'containerd' }),
    createJob(jobFolder, caFile),
  ]);
  let engine = firstEngine;
  let job = firstJob;
  let builder: BuilderEngine | undefined;
  await services.ready();

  async function stopBuilder(): Promise<void> {
    await builder?.stop();
    builder = undefined;
  }

  async function renewEngine({ store, extra }: FreshEngineOptions = {}): Promise<void> {
    await stopBuilder();
    engine = await freshEngine(engine, { ...(store ? { store } : {}), extra: extra ?? {} });
    await describe();
  }

  /** For shell.ts, which may join from another process. */
  async function describe(): Promise<void> {
    const description = { namespace, job: { ...job, groups: [] }, dockerHost: engine.dockerHost };
    await writeFile(path.join(paths.folder, 'lab.json'), JSON.stringify(description, null, 2));
  }

  await describe();
  const world = () => ({ namespace, job, dockerHost: engine.dockerHost });
  return {
    namespace,
    paths,
    caFile,
    emulation,
    get job() {
      return job;
    },
    get dockerHost() {
      return engine.dockerHost;
    },
    faults: services.setFaults,
    requests: services.requests,
    clearRequests: services.clearRequests,
    setDocument: services.setDocument,
    artifacts: services.artifacts,
    publishRepository: (name, files, repository) =>
      publishRepository(path.join(paths.folder, 'services/repositories'), name, files, repository),
    setEvent: (event) => writeFile(job.eventFile, JSON.stringify(event)),
    freshEngine: renewEngine,
    reset: async (fresh) => {
      // A case that hangs on a silent host must not hold its engine up.
      await endOrphans(namespace, job);
      await services.reset();
      job = await createJob(jobFolder, caFile);
      await Promise.all([resetRegistry(registry), renewEngine(fresh)]);
      await services.clearRequests();
    },
    startBuilderEngine: async () => {
      builder ??= await startBuilderEngine(engineSettings('builder'));
    },
    run: async (action) => (await startAction(world(), action)).result,
    start: (action) => startAction(world(), action),
    cli: async (args, step) => (await startProgram(world(), [nodeForActions(), cliProgram, ...args], step)).result,
    script: (script, step) => runScript(world(), script, step),
    sh: async (line, step) => (await startProgram(world(), ['sh', '-c', line], step)).result,
    pullAndRun: (reference, args, pull) => pullAndRun(engineSettings('consumer'), reference, args, pull),
    orphans: () => findOrphans(namespace, job),
    inspectRemote: (reference) => readRemoteImage(registry.storage, reference),
    stop: async () => {
      await stopBuilder();
      await stopEngine(engine);
      await removeNamespace(namespace.name);
      await registry.spare.made.catch(() => undefined);
      await removeLabFolder(paths.folder);
    },
  };
}
