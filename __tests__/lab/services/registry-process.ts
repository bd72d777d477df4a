/** The one real registry behind all front ends: Debian's `docker-registry` (distribution 2.8) on a folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RegistryProcess {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export interface RegistryProcessOptions {
  /** Holds the configuration and, under `data`, the content, which outlives the process. */
  readonly folder: string;
  readonly port?: number;
  readonly command?: string;
}

export async function startRegistryProcess(options: RegistryProcessOptions): Promise<RegistryProcess> {
  const { folder, port = 5000, command = 'docker-registry' } = options;
  const file = join(folder, 'registry.yml');
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(file, configuration(join(folder, 'data'), port));
  const child = spawn(command, ['serve', file], { stdio: ['ignore', 'ignore', 'ignore'] });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${command} ended with ${code} before it answered`);
  });
  // Only the race below wants to know; later the process ends on request.
  failed.catch(() => undefined);
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([untilAnswering(`${url}/v2/`), failed]);
  return {
    url,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
    },
  };
}

/** Deleting is allowed, so that a case can take an image away; no log, since it costs as much as the answers. */
function configuration(data: string, port: number): string {
  return [
    'version: 0.1',
    'log: {level: error, accesslog: {disabled: true}}',
    'storage:',
    `  filesystem: {rootdirectory: ${JSON.stringify(data)}}`,
    '  delete: {enabled: true}',
    '  maintenance: {uploadpurging: {enabled: false}}',
    `http: {addr: "127.0.0.1:${port}", secret: outage-lab}`,
    '',
  ].join('\n');
}

async function untilAnswering(url: string): Promise<void> {
  const deadlineMs = Date.now() + 10_000;
  while (Date.now() < deadlineMs) {
    if (await answers(url)) {
      return;
    }
    await sleep(20);
  }
  throw new Error(`${url} does not answer`);
}

async function answers(url: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = get(url, { agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode === 200);
  });
  request.once('error', () => {
    resolve(false);
  });
  return promise;
}
