import type { Facts } from '../facts/facts.ts';

/** A folded part of the log. */
export interface LogGroup {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What the groups are made of besides the facts. */
export interface Surroundings {
  /** What the job's token may do where, a line a scope; none where there is no token, or it cannot be read. */
  readonly tokenScopes: readonly string[];
  /** Of docker's configuration, by engine or `default`. */
  readonly proxies: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * The groups with which docker/build-push-action begins its log (src/main.ts), from what is known anyway: nobody is asked
 * again for them.
 */
export function machineGroups({ engine, buildx, builder }: Facts, around: Surroundings): readonly LogGroup[] {
  const { tokenScopes, proxies } = around;
  const of = (name: string, value: string | null): readonly string[] => (value === null ? [] : [`${name}: ${value}`]);
  return [
    {
      title: 'GitHub Actions runtime token ACs',
      lines: tokenScopes.length === 0 ? ['no ACTIONS_RUNTIME_TOKEN that can be read'] : tokenScopes,
    },
    {
      title: 'Docker info',
      lines: [
        ...of('Client', engine.clientVersion),
        ...of('Server', engine.serverVersion),
        ...of('Platform', engine.platform),
        ...(engine.serverVersion === null ? [] : [`Containerd image store: ${engine.containerdStore}`]),
        ...of('Problem', engine.problem),
      ],
    },
    { title: 'Proxy configuration', lines: proxyLines(proxies) },
    { title: 'Buildx version', lines: [buildx.version ?? `${buildx.kind}, version unknown`] },
    {
      title: 'Builder info',
      lines: [
        ...of('Name', builder.name),
        ...of('Driver', builder.driver),
        `BuildKit: ${buildx.nodes.map((version) => version ?? 'unknown').join(', ') || 'unknown'}`,
        ...(builder.platforms.length === 0 ? [] : [`Platforms: ${builder.platforms.join(', ')}`]),
        ...of('Problem', builder.problem),
      ],
    },
  ];
}

function proxyLines(proxies: Surroundings['proxies']): readonly string[] {
  const hosts = Object.entries(proxies);
  if (hosts.length === 0) return ['No proxy configuration found'];
  return hosts.flatMap(([host, values]) => {
    const lines = Object.entries(values).map(([name, value]) => `${name}: ${withoutPassword(value)}`);
    return hosts.length === 1 ? lines : [host, ...lines.map((line) => `  ${line}`)];
  });
}

/** `http://user:password@proxy:3128` without what nobody else may read. */
function withoutPassword(value: string): string {
  return value.replace(/^([a-z]+:\/\/)?[^/@\s]*:[^/@\s]*@/i, (_, scheme = '') => `${String(scheme)}***@`);
}
