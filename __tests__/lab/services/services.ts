/** Puts the lab's services together: names, front ends, handlers, firewall and remote control. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../contract.ts';
import { listArtifacts } from './artifacts.ts';
import { createBackend, fetchBackend } from './backend.ts';
import { createCacheStore } from './cache-store.ts';
import { ensureCertificates } from './certificates.ts';
import { startControl } from './control-server.ts';
import { startDns } from './dns.ts';
import { createFaultState } from './fault-state.ts';
import { createFirewall } from './firewall.ts';
import { startFrontEnds } from './front-end.ts';
import { writeGoModules } from './go-modules.ts';
import { handleRequest } from './handle.ts';
import { dnsAddress, labHosts } from './hosts.ts';
import type { Lab } from './lab.ts';
import { createAlteredManifests } from './manifest-faults.ts';
import { createRateLimits } from './rate-limit.ts';
import { startRegistryProcess } from './registry-process.ts';
import { createRequestLog } from './request-log.ts';
import { createTokenStore } from './tokens.ts';
import { createDocuments } from './web-documents.ts';

export interface ServicesConfig {
  /** Everything that the services write goes here. */
  readonly stateFolder: string;
  readonly controlSocket: string;
  /** The real registry; without it one is started, on 127.0.0.1:5000 with its content in the state folder. */
  readonly registryUrl?: string;
  /** Default: `certificates` in the state folder. */
  readonly certificatesFolder?: string;
  /** Default: `goproxy` in the state folder; the lab's own modules are added to it. */
  readonly goProxyFolder?: string;
}

export interface Services {
  readonly close: () => Promise<void>;
}

export async function startServices(config: ServicesConfig): Promise<Services> {
  const { stateFolder } = config;
  await mkdir(stateFolder, { recursive: true });
  const goProxyFolder = config.goProxyFolder ?? join(stateFolder, 'goproxy');
  const names = labHosts.map(({ name }) => name);
  const firewall = createFirewall();
  const [registry, certificates, cache] = await Promise.all([
    config.registryUrl === undefined ? startRegistryProcess({ folder: join(stateFolder, 'registry') }) : undefined,
    ensureCertificates(config.certificatesFolder ?? join(stateFolder, 'certificates'), names),
    createCacheStore(join(stateFolder, 'actions-cache')),
    writeGoModules(goProxyFolder),
    firewall.restore(),
  ]);
  const lab: Lab = {
    backend: createBackend(config.registryUrl ?? registry?.url ?? ''),
    tokens: createTokenStore(),
    rateLimits: createRateLimits(),
    altered: createAlteredManifests(),
    cache,
    artifacts: [],
    documents: createDocuments(),
    issues: [],
    repositoriesFolder: join(stateFolder, 'repositories'),
    goProxyFolder,
  };
  const faults = createFaultState();
  const log = createRequestLog();
  const [dns, frontEnds] = await Promise.all([
    startDns(dnsAddress, 53, faults),
    startFrontEnds({
      hosts: labHosts,
      port: 443,
      certificates,
      faults,
      onRequest: (request, response, resetConnection) =>
        void handleRequest(lab, faults, log, request, response, resetConnection),
      onSilentConnection: log.addSilentConnection,
    }),
  ]);

  let changing: Promise<unknown> = Promise.resolve();
  /** One change after the other: two at once could leave a listener closed or a rule in place. */
  function inTurn(change: () => Promise<void>): Promise<void> {
    const next = changing.then(change);
    changing = next.catch(() => undefined);
    return next;
  }

  async function setFaults(list: readonly Fault[]): Promise<void> {
    const touched = new Set([...faults.list(), ...list].map(({ host }) => host));
    faults.set(list);
    lab.altered.clear();
    lab.rateLimits.arm(list);
    // Connections first: a reset would not get through the firewall any more.
    await frontEnds.applyFaults(touched);
    const dropped = labHosts.filter(({ name }) => faults.connectionFault(name) === 'black-holed');
    await firewall.blackHole(dropped.map(({ address }) => address));
  }

  async function reset(): Promise<void> {
    await setFaults([]);
    frontEnds.cutAll();
    log.clear();
    lab.tokens.clear();
    lab.rateLimits.clear();
    lab.documents.clear();
    lab.issues.length = 0;
    lab.artifacts.length = 0;
    await Promise.all([lab.cache.clear(), rm(lab.repositoriesFolder, { recursive: true, force: true })]);
  }

  const control = await startControl(config.controlSocket, {
    setFaults: (list) => inTurn(() => setFaults(list)),
    requests: log.list,
    clearRequests: log.clear,
    reset: () => inTurn(reset),
    setDocument: lab.documents.set,
    artifacts: () => listArtifacts(lab),
    health: async () => {
      const { status } = await fetchBackend(lab.backend, { method: 'GET', path: '/v2/' });
      return { hosts: labHosts.length, registry: status, certificates, goProxyFolder };
    },
  });
  return {
    close: async () => {
      control.close();
      control.closeAllConnections();
      dns.close();
      frontEnds.close();
      await Promise.all([firewall.restore(), registry?.stop()]);
    },
  };
}
