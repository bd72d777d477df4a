import { access } from 'node:fs/promises';
import type { RunCommand } from '../process/run-command.ts';

/** What this machine itself could compile a Go service with, outside of Docker. */
export type GoToolchain =
  | {
      readonly kind: 'ready';
      /** As `go env GOVERSION` has it: `go1.24.4`. */
      readonly version: string;
      /** A file with the certificates that this machine trusts. */
      readonly certificates: string;
      /** GOPROXY for the compilation: whoever has the modules, or `off` where all are here. */
      readonly goProxy: string;
    }
  /** Why not, a clause. */
  | { readonly kind: 'lacking'; readonly reason: string };

/** What a service asks of a toolchain. */
export interface ToolchainQuestion {
  /** The folder with go.mod, absolute. */
  readonly folder: string;
  readonly service: string;
  /** Go modules that a pre-warm stored, as a `file://` URL; null where there are none. */
  readonly stored: string | null;
  /** Healthy Go proxies, the preferred ones first. */
  readonly proxies: readonly string[];
}

/** Where systems keep the certificates that they trust (golang/go src/crypto/x509/root_linux.go, root_darwin.go). */
const CERTIFICATES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

const LIST_TIMEOUT_MS = 60_000;

/** What `go list` says where modules, or a newer Go, would have to come from a proxy. */
const WANTS_PROXY = /GOPROXY=off|requires go >=|toolchain not available/;

/** Asks Go itself whether everything is here that a service needs: nothing is installed, and no module is fetched from afar. */
export async function readGoToolchain(question: ToolchainQuestion, run: RunCommand): Promise<GoToolchain> {
  const { folder, service, stored, proxies } = question;
  const asked = await run(['sh', '-c', 'command -v go >/dev/null || exit 127; GOTOOLCHAIN=local go env GOVERSION']);
  if (asked.kind === 'failed') return lacking(asked.reason);
  if (asked.code === 127) return lacking('go is not installed on this machine');
  if (asked.code !== 0) return lacking(`go does not run on this machine: ${lastLine(asked.stderr)}`);
  const certificates = await firstFile(CERTIFICATES);
  if (certificates === null) return lacking('this machine has no certificates that the image could be given');
  const here = [...(stored === null ? [] : [stored]), 'off'].join('|');
  const listed = await run(
    ['env', `GOPROXY=${here}`, 'GOTOOLCHAIN=local', 'CGO_ENABLED=0', 'GOOS=linux'].concat([
      ...['go', 'list', '-C', folder, '-deps', '-f', '', `./cmd/${service}`],
    ]),
    { timeoutMs: LIST_TIMEOUT_MS },
  );
  const ready = { kind: 'ready', version: asked.stdout.trim(), certificates } as const;
  const problem = listed.kind === 'failed' ? listed.reason : listed.code === 0 ? null : listed.stderr.trim();
  // What is wrong with the sources themselves is the compiler's to say.
  if (problem === null || !WANTS_PROXY.test(problem)) return { ...ready, goProxy: here };
  if (proxies.length > 0) return { ...ready, goProxy: [...(stored === null ? [] : [stored]), ...proxies].join('|') };
  return lacking(
    `this machine does not have all that go.mod asks for, and no Go proxy is healthy: ${lastLine(problem)}`,
  );
}

function lacking(reason: string): GoToolchain {
  return { kind: 'lacking', reason };
}

async function firstFile(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) return path;
  }
  return null;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
