/** Which hosts of the lab the chaos build leans on, and what for. */
export const HUB = ['registry-1.docker.io', 'auth.docker.io', 'production.cloudflare.docker.com'] as const;
/** Docker Hub's manifests need these two; its blobs the third. */
export const HUB_MANIFESTS: readonly string[] = HUB.slice(0, 2);
/** Mirrors of Docker Hub in the product's catalogue that have the base image, each of another operator. */
export const MIRRORS = ['mirror.gcr.io', 'public.ecr.aws', 'docker.m.daocloud.io'] as const;
export const TARGET = 'ghcr.io';
export const CACHE_SERVICE = 'results-receiver.actions.githubusercontent.com';
export const CACHE_STORE = 'productionresultssa0.blob.core.windows.net';
/** Nothing of this build needs them. */
export const BYSTANDERS = [
  'gcr.io',
  'quay.io',
  'registry.k8s.io',
  'proxy.golang.org',
  'goproxy.cn',
  'www.google.com',
] as const;

/** A host as the product names it in `failure-component`. */
export function componentOf(host: string): string {
  if ((HUB as readonly string[]).includes(host)) return 'docker.io';
  return host === CACHE_SERVICE || host === CACHE_STORE ? 'gha-cache' : host;
}
