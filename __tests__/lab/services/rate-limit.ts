/** Docker Hub's pull counter (docs.docker.com: "Docker Hub usage and limits, Pulls"): GET of a manifest counts, HEAD does not. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { Fault } from '../contract.ts';

const limit = 100;
const windowSeconds = 21_600;

export interface Count {
  /** The request is beyond the limit; only a `rate-limited` fault makes something of it. */
  readonly exceeded: boolean;
  readonly headers: OutgoingHttpHeaders;
}

export interface RateLimits {
  /** Counts the request where it counts. */
  readonly count: (host: string, method: string) => Count;
  /** A `rate-limited` fault also sets what remains. */
  readonly arm: (faults: readonly Fault[]) => void;
  readonly clear: () => void;
}

export function createRateLimits(): RateLimits {
  const remainingByHost = new Map<string, number>();
  return {
    count: (host, method) => {
      const before = remainingByHost.get(host) ?? limit;
      const remaining = method === 'GET' ? Math.max(0, before - 1) : before;
      remainingByHost.set(host, remaining);
      return {
        exceeded: before === 0,
        headers: {
          'ratelimit-limit': `${limit};w=${windowSeconds}`,
          'ratelimit-remaining': `${remaining};w=${windowSeconds}`,
          'docker-ratelimit-source': '203.0.113.7',
        },
      };
    },
    arm: (faults) => {
      for (const fault of faults) {
        if (fault.fault === 'rate-limited') {
          remainingByHost.set(fault.host, fault.remaining ?? 0);
        }
      }
    },
    clear: () => remainingByHost.clear(),
  };
}
