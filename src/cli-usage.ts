import { INPUT_TABLE } from './inputs/table.ts';

/** `--help`: one screen with three examples. The settings have a screen of their own. */
export function usage(): string {
  return `Builds and pushes a container image through outages of registries, caches and proxies.

Usage:
  smart-docker-build SERVICE IMAGE VERSION [PLATFORMS] [PUSH] [--NAME VALUE …]
  smart-docker-build plan SERVICE IMAGE VERSION [PLATFORMS] [PUSH]   print what a build would do
  smart-docker-build health                  check the infrastructure, build nothing; --watch goes on
  smart-docker-build lock [DOCKERFILE…]      write docker-build.lock: the digest of every image
  smart-docker-build prewarm [DOCKERFILE…]   fetch every image they can need into the warm store
  smart-docker-build diagnose [FILE|-]       explain a build log
  smart-docker-build mirrors check [IMAGE…]  ask every mirror of the catalogue, and propose its change
  smart-docker-build stats [DIR] [--html FILE]   what many builds have in common, and what to change

Examples:
  smart-docker-build api ghcr.io/acme/api v1.4.2
  smart-docker-build api ghcr.io/acme/api v1.4.2 linux/amd64,linux/arm64 true
  smart-docker-build --image ghcr.io/acme/web --version v2 --file docker/Dockerfile --strategy resilient

Options:
${INPUT_TABLE.filter((row) => row.variable === null && row.form !== 'drop-in')
  .map(optionLine)
  .join('\n')}
  ${'--json'.padEnd(WIDTH)}JSON on stdout, for machines
  ${'--help'.padEnd(WIDTH)}this text; --version alone tells this program's; "smart-docker-build help settings" lists everything else

Exit codes: 0 built, 1 the build's own fault, 2 wrong usage, 3 infrastructure (nothing left to try), 130 cancelled.
The log goes to stderr, the summary to stdout.`;
}

/** `help settings`: every option that is an environment variable as well, and those of docker/build-push-action. */
export function settingsHelp(): string {
  const rows = INPUT_TABLE.filter((row) => row.variable !== null);
  const dropIn = INPUT_TABLE.filter((row) => row.form === 'drop-in');
  return `Settings, each an option and an environment variable; the option wins:
${rows.map(optionLine).join('\n')}

Options of docker/build-push-action; lists have an item a line:
${dropIn.map(optionLine).join('\n')}`;
}

/** Width of the column of options. */
const WIDTH = 35;

function optionLine(row: (typeof INPUT_TABLE)[number]): string {
  const name = `  ${`--${row.name}`.padEnd(WIDTH)}`;
  const extra = [row.variable, row.fallback === '' ? null : `default ${row.fallback}`].filter((part) => part !== null);
  return `${name}${row.description}${extra.length === 0 ? '' : ` (${extra.join(', ')})`}`;
}
