import { type LookupAddress, promises as dns } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { type LookupFunction, isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Name resolution that can be given up. The system's resolver (getaddrinfo, `dns.lookup`) cannot: each lookup that the
 * name server leaves unanswered holds one of Node's four pool threads for 10 s and more, and with it other lookups and
 * file accesses, and keeps the process from ending (https://nodejs.org/api/dns.html#implementation-considerations).
 * So: /etc/hosts, then a query of our own, and the system's resolver for whatever these two do not know.
 */
export interface Lookup {
  /** For the `lookup` option of a socket; the signal ends the query. */
  withSignal(signal: AbortSignal): LookupFunction;
}

type Asked =
  | { readonly kind: 'found'; readonly addresses: readonly LookupAddress[] }
  /** The name server cannot be asked by us, or does not know the name (search domains, mDNS, …). */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'silent'; readonly error: Error };

/** A lost datagram is sent again after this time. */
const queryTimeoutMs = 1000;
const queryTries = 4;
/** How long an IPv4 answer waits for its IPv6 sister (RFC 8305 section 3). */
const sisterWaitMs = 50;
/** While no query of ours was ever answered, the system's resolver is asked too after this time. */
const unprovenWaitMs = 1000;

export interface LookupOptions {
  /** `address:port` each; by default those of the system. */
  readonly nameServers?: readonly string[];
  /** Default /etc/hosts. */
  readonly hostsFile?: string;
}

export function createLookup(options: LookupOptions = {}): Lookup {
  let hosts: Promise<ReadonlyMap<string, readonly LookupAddress[]>> | null = null;
  let proven = false;

  async function resolve(name: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
    const family = isIP(name);
    if (family !== 0) return [{ address: name, family }];
    hosts ??= readHosts(options.hostsFile ?? '/etc/hosts');
    const listed = (await hosts).get(name.toLowerCase());
    if (listed !== undefined) return listed;
    if (!name.includes('.')) return await system(name);

    const done = new AbortController();
    try {
      const asked = ask(name, options, AbortSignal.any([signal, done.signal]));
      const answer = proven ? await asked : await Promise.race([asked, delay(unprovenWaitMs, null, { ref: false })]);
      if (answer?.kind === 'found') {
        proven = true;
        return answer.addresses;
      }
      signal.throwIfAborted();
      if (answer?.kind === 'silent') throw answer.error;
      return await system(name);
    } finally {
      done.abort();
    }
  }

  function withSignal(signal: AbortSignal): LookupFunction {
    return function lookup(name, options, callback) {
      function answer(all: readonly LookupAddress[]): void {
        const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0);
        const addresses = all.filter((one) => family === 0 || one.family === family);
        const [first] = addresses;
        if (first === undefined) {
          const error = Object.assign(new Error(`no address for ${name}`), { code: 'ENODATA' });
          callback(error, '', 0);
        } else if (options.all === true) {
          callback(null, addresses);
        } else {
          callback(null, first.address, first.family);
        }
      }
      resolve(name, signal).then(answer, (error: unknown) => callback(error as NodeJS.ErrnoException, '', 0));
    };
  }

  return { withSignal };
}

async function ask(name: string, { nameServers }: LookupOptions, signal: AbortSignal): Promise<Asked> {
  const resolver = new dns.Resolver({ timeout: queryTimeoutMs, tries: queryTries });
  if (nameServers !== undefined) resolver.setServers(nameServers);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const sister = addressesOf(resolver.resolve6(name), 6).catch(() => []);
    const v4 = await addressesOf(resolver.resolve4(name), 4);
    const v6 = await (v4.length === 0 ? sister : Promise.race([sister, delay(sisterWaitMs, [], { ref: false })]));
    const addresses = [...v4, ...v6];
    return addresses.length === 0 ? { kind: 'unknown' } : { kind: 'found', addresses };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const silent = code === 'ETIMEOUT' || code === 'ECANCELLED';
    return silent ? { kind: 'silent', error: error as Error } : { kind: 'unknown' };
  } finally {
    signal.removeEventListener('abort', cancel);
    resolver.cancel();
  }
}

async function addressesOf(answer: Promise<readonly string[]>, family: 4 | 6): Promise<readonly LookupAddress[]> {
  try {
    return (await answer).map((address) => ({ address, family }));
  } catch (error) {
    // The name exists, without an address of this family.
    if (error instanceof Error && 'code' in error && error.code === 'ENODATA') return [];
    throw error;
  }
}

async function system(name: string): Promise<readonly LookupAddress[]> {
  return await dns.lookup(name, { all: true });
}

/** hosts(5): an address and its names on each line. An unreadable file lists nothing. */
async function readHosts(path: string): Promise<ReadonlyMap<string, readonly LookupAddress[]>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const hosts = new Map<string, readonly LookupAddress[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const family = isIP(address);
    if (family === 0) continue;
    for (const name of names.map((one) => one.toLowerCase())) {
      hosts.set(name, [...(hosts.get(name) ?? []), { address, family }]);
    }
  }
  return hosts;
}
