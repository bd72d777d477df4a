import path from 'node:path';
import { connectControl, type Control } from '../services/control.ts';
import { plainEnvironment, startDaemon } from './command.ts';
import { onlyNetwork, type Namespace } from './namespace.ts';
import { nodeForActions } from './paths.ts';
import { registryAddress } from './registry.ts';

export interface ServicesSettings {
  readonly namespace: Namespace;
  /** The lab's own folder. */
  readonly folder: string;
  readonly certificatesFolder: string;
  readonly logFile: string;
}

const program = path.resolve(import.meta.dirname, '../services/server.ts');

/** Starts the offline internet (names, registries, caches, proxies) inside the namespace. */
export function startLabServices(settings: ServicesSettings): Control {
  const socket = path.join(settings.folder, 'control.sock');
  const options = {
    'state-folder': path.join(settings.folder, 'services'),
    'control-socket': socket,
    'registry-url': `http://${registryAddress}`,
    'certificates-folder': settings.certificatesFolder,
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const argv = onlyNetwork(settings.namespace, [nodeForActions(), program, ...flags]);
  startDaemon(argv, settings.logFile, plainEnvironment());
  return connectControl(socket);
}
