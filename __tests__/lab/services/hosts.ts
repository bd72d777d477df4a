/**
 * Every name that exists in the offline internet. The realms, services and redirects are those of the real hosts,
 * as their `WWW-Authenticate` headers announce them; retired mirrors answer what they answer today.
 */
import type { HostRole, LabHost, RegistryAuth, RegistryRole } from '../contract.ts';

export const dnsAddress = '10.88.0.53';

/** Who may push to the bearer-token registries of the lab. */
export const pushCredentials = { user: 'ci', password: 'lab-Push-Token-123' } as const;
export const corpCredentials = { user: 'ci', password: 's3cret-Mirror-Pw' } as const;

const dockerHub: RegistryRole = {
  kind: 'registry',
  prefix: 'hub',
  auth: { scheme: 'bearer', realm: 'https://auth.docker.io/token', service: 'registry.docker.io' },
  cdn: 'production.cloudflare.docker.com',
  push: true,
  rateLimit: true,
  missing: 'unauthorized',
};

function bearer(realm: string, service: string): RegistryAuth {
  return { scheme: 'bearer', realm, service };
}

/** gcr.io and mirror.gcr.io: `/v2/` announces a token endpoint, public images are served without one. */
function googleRegistry(name: string, prefix: string): RegistryRole {
  const auth: RegistryAuth = {
    scheme: 'bearer',
    realm: `https://${name}/v2/token`,
    service: name,
    anonymousRead: true,
  };
  return { kind: 'registry', prefix, auth };
}

/** DaoCloud's mirrors serve an allow-list and deny the rest (DaoCloud/public-image-mirror: README). */
function daoCloud(name: string, prefix: string): RegistryRole {
  return { kind: 'registry', prefix, auth: bearer(`https://${name}/auth/token`, name), missing: 'denied' };
}

const roles: readonly (readonly [name: string, role: HostRole])[] = [
  ['registry-1.docker.io', dockerHub],
  ['index.docker.io', dockerHub],
  ['auth.docker.io', { kind: 'token' }],
  ['production.cloudflare.docker.com', { kind: 'cdn' }],
  ['mirror.gcr.io', googleRegistry('mirror.gcr.io', 'mirrorgcr')],
  [
    'public.ecr.aws',
    {
      kind: 'registry',
      prefix: 'ecr',
      auth: {
        scheme: 'bearer',
        realm: 'https://public.ecr.aws/token/',
        service: 'public.ecr.aws',
        fixedScope: 'aws',
      },
    },
  ],
  ['gcr.io', googleRegistry('gcr.io', 'gcr')],
  [
    'ghcr.io',
    {
      kind: 'registry',
      prefix: 'ghcr',
      auth: bearer('https://ghcr.io/token', 'ghcr.io'),
      push: true,
      missing: 'denied',
    },
  ],
  [
    'quay.io',
    {
      kind: 'registry',
      prefix: 'quay',
      auth: bearer('https://quay.io/v2/auth', 'quay.io'),
      push: true,
      missing: 'unauthorized',
    },
  ],
  ['registry.k8s.io', { kind: 'registry', prefix: 'k8s' }],
  ['k8s.gcr.io', { kind: 'registry', prefix: 'k8s', redirect: 'registry.k8s.io' }],
  ['gcr.m.daocloud.io', daoCloud('gcr.m.daocloud.io', 'gcrdao')],
  ['docker.m.daocloud.io', daoCloud('docker.m.daocloud.io', 'dockerdao')],
  ['m.daocloud.io', daoCloud('m.daocloud.io', 'mdao')],
  ['quay.m.daocloud.io', daoCloud('quay.m.daocloud.io', 'quaydao')],
  ['k8s.m.daocloud.io', daoCloud('k8s.m.daocloud.io', 'k8sdao')],
  [
    'registry.aliyuncs.com',
    {
      kind: 'registry',
      prefix: 'aliyun',
      auth: bearer('https://dockerauth.aliyuncs.com/auth', 'registry.aliyuncs.com:cn-hangzhou:26842'),
      missing: 'unauthorized',
    },
  ],
  ['dockerauth.aliyuncs.com', { kind: 'token' }],
  ['dockerhub.azk8s.cn', { kind: 'retired', status: 403 }],
  ['gcr.azk8s.cn', { kind: 'retired', status: 403 }],
  ['quay.azk8s.cn', { kind: 'retired', status: 403 }],
  [
    'registry.corp.example',
    { kind: 'registry', prefix: 'corp', auth: { scheme: 'basic', ...corpCredentials }, push: true },
  ],
  ['proxy.golang.org', { kind: 'go-proxy' }],
  ['goproxy.cn', { kind: 'go-proxy' }],
  ['goproxy.io', { kind: 'go-proxy' }],
  ['athens.azurefd.net', { kind: 'retired', status: 404 }],
  ['sum.golang.org', { kind: 'sumdb' }],
  ['dl-cdn.alpinelinux.org', { kind: 'package-mirror' }],
  ['mirror.lzu.edu.cn', { kind: 'package-mirror' }],
  ['mirrors.aliyun.com', { kind: 'package-mirror' }],
  ['mirrors.tuna.tsinghua.edu.cn', { kind: 'package-mirror' }],
  ['results-receiver.actions.githubusercontent.com', { kind: 'actions-cache' }],
  ['productionresultssa0.blob.core.windows.net', { kind: 'blob-store' }],
  ['github.com', { kind: 'web' }],
  ['api.github.com', { kind: 'web' }],
  ['www.githubstatus.com', { kind: 'web' }],
  ['www.dockerstatus.com', { kind: 'web' }],
  ['status.cloud.google.com', { kind: 'web' }],
  ['www.google.com', { kind: 'web' }],
  ['one.one.one.one', { kind: 'web' }],
  ['www.cloudflare.com', { kind: 'web' }],
];

export const labHosts: readonly LabHost[] = roles.map(([name, role], index) => ({
  name,
  address: `10.88.0.${index + 2}`,
  role,
}));

const byName = new Map(labHosts.map((host) => [host.name, host]));
const byAddress = new Map(labHosts.map((host) => [host.address, host]));

export function findHost(name: string): LabHost | undefined {
  return byName.get(name.toLowerCase());
}

export function hostAt(address: string): LabHost | undefined {
  return byAddress.get(address.replace(/^::ffff:/, ''));
}

/**
 * Where a host's repository lives in the real registry behind the front ends:
 * `('docker.io', 'library/golang')` is `hub/library/golang`.
 */
export function backendRepository(host: string, repository: string): string {
  const role = findHost(host === 'docker.io' ? 'registry-1.docker.io' : host)?.role;
  if (role?.kind !== 'registry') {
    throw new Error(`${host} is no registry of the lab`);
  }
  return `${role.prefix}/${repository}`;
}
