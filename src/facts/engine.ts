import { z } from 'zod';
import type { RunCommand } from '../process/run-command.ts';

/** What is known of the Docker engine and its client. */
export interface EngineFacts {
  readonly clientVersion: string | null;
  /** Null where no engine answers; `problem` then says why. */
  readonly serverVersion: string | null;
  readonly buildxVersion: string | null;
  /** Only with the containerd image store does the docker driver export caches and build several platforms. */
  readonly containerdStore: boolean;
  /** The engine's own platform, such as linux/amd64. */
  readonly platform: string | null;
  readonly problem: string | null;
}

const Info = z.object({
  ServerVersion: z.string().optional(),
  OSType: z.string().optional(),
  Architecture: z.string().optional(),
  DriverStatus: z.array(z.array(z.string())).nullish(),
  ServerErrors: z.array(z.string()).nullish(),
  ClientInfo: z
    .object({
      Version: z.string().optional(),
      Plugins: z.array(z.object({ Name: z.string(), Version: z.string().optional() })).nullish(),
    })
    .nullish(),
});

/** Asks `docker info`, which knows the client, its plugins and the engine in one call. */
export async function readEngine(run: RunCommand, timeoutMs: number): Promise<EngineFacts> {
  const outcome = await run(['docker', 'info', '--format', '{{json .}}'], { timeoutMs });
  if (outcome.kind === 'failed') return noEngine(outcome.reason);
  return engineFrom(outcome.stdout, outcome.stderr);
}

/** Reads the JSON of `docker info`; on a dead engine it still names the client and the error. */
export function engineFrom(stdout: string, stderr: string): EngineFacts {
  const info = parseInfo(stdout);
  if (info === null) return noEngine(lastLine(stderr) ?? 'docker info answered without JSON');
  const server = info.ServerVersion === undefined || info.ServerVersion === '' ? null : info.ServerVersion;
  return {
    clientVersion: info.ClientInfo?.Version ?? null,
    serverVersion: server,
    buildxVersion: info.ClientInfo?.Plugins?.find((plugin) => plugin.Name === 'buildx')?.Version ?? null,
    containerdStore: (info.DriverStatus ?? []).some(
      ([key, value]) => key === 'driver-type' && (value ?? '').startsWith('io.containerd.snapshotter'),
    ),
    platform: server === null ? null : platformOf(info.OSType ?? 'linux', info.Architecture ?? ''),
    problem:
      server === null ? (info.ServerErrors?.[0] ?? lastLine(stderr) ?? 'the Docker engine does not answer') : null,
  };
}

function noEngine(problem: string): EngineFacts {
  return {
    clientVersion: null,
    serverVersion: null,
    buildxVersion: null,
    containerdStore: false,
    platform: null,
    problem,
  };
}

function parseInfo(stdout: string): z.infer<typeof Info> | null {
  try {
    const parsed = Info.safeParse(JSON.parse(stdout));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The kernel's name of an architecture (`uname -m`) as Go and image indexes call it. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm/v7',
  armv6l: 'arm/v6',
  i386: '386',
  i686: '386',
};

function platformOf(os: string, machine: string): string {
  return `${os}/${ARCHITECTURES[machine] ?? machine}`;
}

function lastLine(text: string): string | null {
  return text.trim().split('\n').at(-1)?.trim() || null;
}
