/**
 * The lab's vocabulary: which hosts exist in the offline internet, and how they can fail.
 * Everything here is plain data, so that a case reads like a sentence.
 */

/** How a registry lets callers in, as its `WWW-Authenticate` header announces it. */
export type RegistryAuth =
  | {
      readonly scheme: 'bearer';
      /** URL of the token endpoint; its host must be in the table. */
      readonly realm: string;
      readonly service: string;
      /** A scope that does not depend on the repository (public.ecr.aws says `aws`). */
      readonly fixedScope?: string;
      /** Public content is served without any token; only `/v2/` and pushes ask for one (gcr.io). */
      readonly anonymousRead?: true;
    }
  | { readonly scheme: 'basic'; readonly user: string; readonly password: string };

export interface RegistryRole {
  readonly kind: 'registry';
  /** First path component of this host's repositories in the one real registry behind all front ends. */
  readonly prefix: string;
  readonly auth?: RegistryAuth;
  /** Host that serves the blobs, behind a 307. */
  readonly cdn?: string;
  /** Accepts pushes (from callers with credentials). */
  readonly push?: true;
  /** Carries Docker Hub's `ratelimit-*` headers. */
  readonly rateLimit?: true;
  /** What a caller without credentials hears about a repository that is not there; otherwise a plain 404. */
  readonly missing?: 'unauthorized' | 'denied';
  /** Everything is redirected to this host (k8s.gcr.io). */
  readonly redirect?: string;
}

/** What a host of the lab is. The services process starts one TLS front end for each, on an address of its own. */
export type HostRole =
  | RegistryRole
  | { readonly kind: 'token' }
  | { readonly kind: 'cdn' }
  | { readonly kind: 'go-proxy' }
  | { readonly kind: 'sumdb' }
  | { readonly kind: 'package-mirror' }
  | { readonly kind: 'actions-cache' }
  | { readonly kind: 'blob-store' }
  | { readonly kind: 'web' }
  /** Still resolves, but has been shut: answers everything with this status. */
  | { readonly kind: 'retired'; readonly status: number };

export interface LabHost {
  readonly name: string;
  /** IPv4 address on the namespace's loopback, 10.88.0.x. */
  readonly address: string;
  readonly role: HostRole;
}

/** Restricts a fault to some requests; all given fields must match. Counting starts when the fault is set. */
export interface RequestFilter {
  /** Regular expression on the request's path and query. */
  readonly path?: string;
  readonly method?: string;
  /** Only the first N matching requests. */
  readonly times?: number;
  /** Lets the first N matching requests through unharmed. */
  readonly after?: number;
}

/**
 * One fault of one host, in the order in which they are tried; the first that matches a request wins.
 * Faults of the connection (`tls-silent`, `black-holed`, `refused`, `wrong-certificate`) and of the name
 * (`nxdomain`, `servfail`, `dns-silent`) hold for the whole host, whatever else is listed for it.
 */
export type Fault = { readonly host: string } & (
  | ({
      readonly fault: 'status';
      readonly status: number;
      readonly body?: 'html' | 'json' | 'empty';
      readonly headers?: Readonly<Record<string, string>>;
    } & RequestFilter)
  /** The request is read, nothing is ever answered (TLS works). */
  | ({ readonly fault: 'silent' } & RequestFilter)
  /** TCP connects, the TLS handshake never goes on. */
  | { readonly fault: 'tls-silent' }
  /** SYN packets are dropped (iptables in the namespace). */
  | { readonly fault: 'black-holed' }
  | { readonly fault: 'refused' }
  /** The connection is reset after the request was read. */
  | ({ readonly fault: 'reset' } & RequestFilter)
  | { readonly fault: 'nxdomain' }
  | { readonly fault: 'servfail' }
  /** DNS queries for this name are never answered. */
  | { readonly fault: 'dns-silent' }
  /** A certificate for another name, by the lab's CA. */
  | { readonly fault: 'wrong-certificate' }
  /** Every answer comes this much later. */
  | ({ readonly fault: 'slow'; readonly delayMs: number } & RequestFilter)
  /** The body ends after this many bytes, then the connection is reset; a shorter body passes unharmed. */
  | ({ readonly fault: 'cut'; readonly bytes: number } & RequestFilter)
  /** The body stops after this many bytes, and the connection stays open; a shorter body passes unharmed. */
  | ({ readonly fault: 'stalled'; readonly bytes: number } & RequestFilter)
  /** The body comes at this rate, without a pause. */
  | ({ readonly fault: 'trickling'; readonly bytesPerSecond: number } & RequestFilter)
  /**
   * Docker Hub's 429 on manifest GET and HEAD with ratelimit-* headers and its error JSON.
   * With `remaining`, that many manifest GETs still pass first.
   */
  | { readonly fault: 'rate-limited'; readonly remaining?: number }
  /** Manifests and blobs served with one byte changed, with a matching digest header for manifests. */
  | ({ readonly fault: 'tampered' } & RequestFilter)
  /** The image index lacks this platform; asked for by its digest, the full index is not there. */
  | { readonly fault: 'lacks-platform'; readonly platform: string }
  /** The tag answers with another manifest: `servedAs` is a tag of the same repository, or `repository:tag`. */
  | { readonly fault: 'stale-tag'; readonly repository: string; readonly tag: string; readonly servedAs: string }
  /** Actions cache: reads work, CreateCacheEntry is denied (403). */
  | { readonly fault: 'read-only' }
);

export type FaultKind = Fault['fault'];

/** One request that a lab host received, in the order of arrival. */
export interface SeenRequest {
  readonly atMs: number;
  readonly host: string;
  /** HTTP method, or `TLS` for a connection that was accepted and left without a handshake. */
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** HTTP status that was answered, or null where nothing was (or not yet). */
  readonly status: number | null;
  readonly authorization: 'none' | 'basic' | 'bearer';
  readonly userAgent: string;
  /** What was sent to a `web` host, up to 64 KiB. */
  readonly body?: string;
}

/** What a job uploaded as an artifact. */
export interface LabArtifact {
  readonly id: number;
  readonly name: string;
  /** 7 for a file that is not zipped, of the service's version 4. */
  readonly version: number;
  /** As the job asked for, RFC 3339; null leaves it to the repository. */
  readonly expiresAt: string | null;
  readonly contentBase64: string;
}

/** What a `web` or `package-mirror` host answers at one path, instead of the built-in answer. */
export interface LabDocument {
  readonly host: string;
  readonly path: string;
  readonly body: string;
  /** How `body` is written. Default: as text. */
  readonly encoding?: 'base64';
  readonly status?: number;
  readonly contentType?: string;
}
