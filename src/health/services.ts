/**
 * The fixed services that the health score is made of, in the order of the log, with their weights. The weights add up
 * to 100, and docker.io alone degraded leaves 85, as the example of the health check has it.
 */
export type ServiceId =
  'gha-cache' | 'docker.io' | 'gcr.io' | 'ghcr.io' | 'quay.io' | 'registry.k8s.io' | 'go-proxies' | 'dns' | 'internet';

export interface Service {
  readonly id: ServiceId;
  readonly weight: number;
  /** How the log names it. */
  readonly title: string;
}

export const SERVICES: readonly Service[] = [
  { id: 'gha-cache', weight: 15, title: 'GHA cache service' },
  { id: 'docker.io', weight: 15, title: 'docker.io' },
  { id: 'gcr.io', weight: 10, title: 'gcr.io' },
  { id: 'ghcr.io', weight: 10, title: 'ghcr.io' },
  { id: 'quay.io', weight: 5, title: 'quay.io' },
  { id: 'registry.k8s.io', weight: 5, title: 'registry.k8s.io' },
  { id: 'go-proxies', weight: 15, title: 'Go proxies' },
  { id: 'dns', weight: 15, title: 'DNS' },
  { id: 'internet', weight: 10, title: 'Internet' },
];

/** The registries among them, in the order in which AVAILABLE_REGISTRIES names them. */
export const REGISTRIES = ['gcr.io', 'docker.io', 'ghcr.io', 'quay.io', 'registry.k8s.io'] as const;
export type RegistryId = (typeof REGISTRIES)[number];

/**
 * An image that each registry is asked for where the build needs nothing there. "No such image" is a fine answer too:
 * it takes the registry and its token server to say so.
 */
export const REGISTRY_SAMPLES: Readonly<Record<RegistryId, { readonly repository: string; readonly tag: string }>> = {
  'gcr.io': { repository: 'distroless/static-debian13', tag: 'nonroot' },
  'docker.io': { repository: 'library/alpine', tag: 'latest' },
  'ghcr.io': { repository: 'actions/actions-runner', tag: 'latest' },
  'quay.io': { repository: 'prometheus/busybox', tag: 'latest' },
  'registry.k8s.io': { repository: 'pause', tag: '3.10' },
};

/** Go proxies that are always asked, in the order in which a build will use them. */
export const GO_PROXIES = ['https://proxy.golang.org', 'https://goproxy.cn', 'https://goproxy.io'];

/** Independent operators; one answer of any kind proves a way out. */
export const INTERNET_ANCHORS = [
  'https://www.google.com/generate_204',
  'https://www.cloudflare.com/cdn-cgi/trace',
  'https://github.com',
];
