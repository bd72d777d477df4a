/**
 * The process of the lab's services. It must run inside the lab's network namespace, which has 10.88.0.2-60 on its
 * loopback: `node server.ts --state-folder DIR --control-socket FILE [--registry-url URL] [--certificates-folder DIR]
 * [--go-proxy-folder DIR]`, or `node server.ts --config FILE` with the same as JSON (see ServicesConfig).
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startServices } from './services.ts';
import type { ServicesConfig } from './services.ts';

async function main(): Promise<void> {
  const services = await startServices(await readConfig());
  process.stdout.write('lab services ready\n');
  let closing = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (!closing) {
        closing = true;
        void services.close().then(() => process.exit(0));
      }
    });
  }
}

async function readConfig(): Promise<ServicesConfig> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      'state-folder': { type: 'string' },
      'control-socket': { type: 'string' },
      'registry-url': { type: 'string' },
      'certificates-folder': { type: 'string' },
      'go-proxy-folder': { type: 'string' },
    },
  });
  if (values.config !== undefined) {
    return JSON.parse(await readFile(values.config, 'utf8')) as ServicesConfig;
  }
  const stateFolder = values['state-folder'];
  const controlSocket = values['control-socket'];
  if (stateFolder === undefined || controlSocket === undefined) {
    throw new Error('--state-folder and --control-socket are needed, or --config');
  }
  return {
    stateFolder,
    controlSocket,
    ...(values['registry-url'] === undefined ? {} : { registryUrl: values['registry-url'] }),
    ...(values['certificates-folder'] === undefined ? {} : { certificatesFolder: values['certificates-folder'] }),
    ...(values['go-proxy-folder'] === undefined ? {} : { goProxyFolder: values['go-proxy-folder'] }),
  };
}

await main();
