/** The faults in force, and which of them concerns a name, a connection or a request. */
import type { Fault, FaultKind, RequestFilter } from '../contract.ts';
import { parseRegistryPath } from './registry-path.ts';

export type ConnectionFault = Extract<FaultKind, 'tls-silent' | 'black-holed' | 'refused' | 'wrong-certificate'>;
export type DnsFault = Extract<FaultKind, 'nxdomain' | 'servfail' | 'dns-silent'>;
export type RequestFault = Exclude<Fault, { fault: ConnectionFault | DnsFault }>;

export interface RequestFacts {
  readonly host: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

export interface FaultState {
  readonly list: () => readonly Fault[];
  readonly set: (faults: readonly Fault[]) => void;
  readonly connectionFault: (host: string) => ConnectionFault | undefined;
  readonly dnsFault: (host: string) => DnsFault | undefined;
  /** The first fault that matches this request; asking counts. */
  readonly requestFault: (facts: RequestFacts) => RequestFault | undefined;
}

interface Armed {
  readonly fault: Fault;
  matched: number;
}

export function createFaultState(): FaultState {
  let armed: readonly Armed[] = [];

  function first<Kind extends FaultKind>(host: string, pick: (kind: FaultKind) => Kind | undefined): Kind | undefined {
    for (const { fault } of armed) {
      const kind = fault.host === host ? pick(fault.fault) : undefined;
      if (kind !== undefined) {
        return kind;
      }
    }
    return undefined;
  }

  return {
    list: () => armed.map((one) => one.fault),
    set: (faults) => {
      armed = faults.map((fault) => ({ fault, matched: 0 }));
    },
    connectionFault: (host) => first(host, asConnectionFault),
    dnsFault: (host) => first(host, asDnsFault),
    requestFault: (facts) => {
      for (const one of armed) {
        const { fault } = one;
        if (fault.host === facts.host && isRequestFault(fault) && concerns(fault, facts)) {
          one.matched += 1;
          if (strikes(fault, one.matched)) {
            return fault;
          }
        }
      }
      return undefined;
    },
  };
}

function asConnectionFault(kind: FaultKind): ConnectionFault | undefined {
  return kind === 'tls-silent' || kind === 'black-holed' || kind === 'refused' || kind === 'wrong-certificate'
    ? kind
    : undefined;
}

function asDnsFault(kind: FaultKind): DnsFault | undefined {
  return kind === 'nxdomain' || kind === 'servfail' || kind === 'dns-silent' ? kind : undefined;
}

function isRequestFault(fault: Fault): fault is RequestFault {
  return asConnectionFault(fault.fault) === undefined && asDnsFault(fault.fault) === undefined;
}

function concerns(fault: RequestFault, facts: RequestFacts): boolean {
  const route = parseRegistryPath(facts.path);
  const reads = facts.method === 'GET' || facts.method === 'HEAD';
  switch (fault.fault) {
    case 'status':
    case 'silent':
    case 'reset':
    case 'slow':
    case 'cut':
    case 'stalled':
    case 'trickling':
      return passesFilter(fault, facts);
    case 'tampered':
      return reads && passesFilter(fault, facts);
    case 'rate-limited':
    case 'lacks-platform':
      return reads && route?.kind === 'manifests';
    case 'stale-tag': {
      const elsewhere = fault.servedAs.includes(':') && route?.reference.startsWith('sha256:') === true;
      return reads && route?.repository === fault.repository && (route.reference === fault.tag || elsewhere);
    }
    case 'read-only':
      return facts.path.endsWith('/CreateCacheEntry');
  }
}

function passesFilter(filter: RequestFilter, facts: RequestFacts): boolean {
  const methodFits = filter.method === undefined || filter.method.toUpperCase() === facts.method;
  return methodFits && (filter.path === undefined || new RegExp(filter.path).test(facts.path));
}

function strikes(fault: RequestFault, matched: number): boolean {
  switch (fault.fault) {
    // Whether the limit is reached is for the registry to say: only requests with a good token count.
    case 'rate-limited':
    case 'lacks-platform':
    case 'stale-tag':
    case 'read-only':
      return true;
    case 'status':
    case 'silent':
    case 'reset':
    case 'slow':
    case 'cut':
    case 'stalled':
    case 'trickling':
    case 'tampered': {
      const after = fault.after ?? 0;
      return matched > after && matched <= after + (fault.times ?? Infinity);
    }
  }
}
