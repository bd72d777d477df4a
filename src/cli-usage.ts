import { INPUT_TABLE } from './inputs/table.ts';

/** `--help`: one screen with three examples. */
export function usage(): string {
  return `Builds and pushes a container image through outages of registries, caches and proxies.

Usage:
  smart-docker-build SERVICE IMAGE VERSION [PLATFORMS] [PUSH] [--NAME VALUE …]
  smart-docker-build health                  check the infrastructure, build nothing
  smart-docker-build diagnose [FILE|-]       explain a build log (--json for machines)

Examples:
  smart-docker-build api ghcr.io/acme/api v1.4.2
  smart-docker-build api ghcr.io/acme/api v1.4.2 linux/amd64,linux/arm64 true
  smart-docker-build --image ghcr.io/acme/web --version v2 --file docker/Dockerfile --strategy resilient

Options (each is also an environment variable where one is named):
${INPUT_TABLE.map(optionLine).join('\n')}
  --help                         this text

Exit codes: 0 built, 1 the build's own fault, 2 wrong usage, 3 infrastructure (nothing left to try), 130 cancelled.
The log goes to stderr, the summary to stdout.`;
}

function optionLine(row: (typeof INPUT_TABLE)[number]): string {
  const name = `  --${row.name}`.padEnd(33);
  const extra = [row.variable, row.fallback === '' ? null : `default ${row.fallback}`].filter((part) => part !== null);
  return `${name}${row.description}${extra.length === 0 ? '' : ` (${extra.join(', ')})`}`;
}
