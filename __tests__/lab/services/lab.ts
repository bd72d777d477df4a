/** What the request handlers share. */
import type { StoredArtifact } from './artifacts.ts';
import type { Backend } from './backend.ts';
import type { CacheStore } from './cache-store.ts';
import type { LabIssue } from './github-issues.ts';
import type { AlteredManifests } from './manifest-faults.ts';
import type { RateLimits } from './rate-limit.ts';
import type { TokenStore } from './tokens.ts';
import type { Documents } from './web-documents.ts';

export interface Lab {
  readonly backend: Backend;
  readonly tokens: TokenStore;
  readonly rateLimits: RateLimits;
  readonly altered: AlteredManifests;
  readonly cache: CacheStore;
  readonly artifacts: StoredArtifact[];
  readonly documents: Documents;
  /** Issues of api.github.com, whatever the repository. */
  readonly issues: LabIssue[];
  /** Folder of github.com's repositories, `OWNER/NAME.git`. */
  readonly repositoriesFolder: string;
  /** Folder of the Go module proxy's files. */
  readonly goProxyFolder: string;
}
