import { INPUT_TABLE, type InputRow } from '../../src/inputs/table.ts';

/** Outputs of the action, in the order in which they are shown. */
export const OUTPUTS: Readonly<Record<string, string>> = {
  GHA_CACHE_AVAILABLE: 'Whether the Actions cache can be used: true or false; also exported to the job',
  AVAILABLE_REGISTRIES:
    'Healthy registries, space-separated, such as gcr.io docker.io ghcr.io; also exported to the job',
  'health-score': 'Health of the infrastructure, 0 to 100',
  strategy: 'Strategy of the last attempt: optimal, resilient, conservative or emergency',
  attempts: 'Number of attempts at the build',
  digest: 'Digest of the pushed image',
  imageid: 'ID of the image',
  metadata: 'Build result metadata of buildx, JSON',
  substitutions:
    'Bases that stand in for others in the image, one a line, such as gcr.io/distroless/static:nonroot => debian:13-slim',
  report: 'Path of report.json: everything that happened, for machines',
  'failure-class': 'Class of the failure, such as user-code or registry-unavailable',
  'failure-step': 'Step of the build that failed',
  'failure-component': 'Service that failed, such as docker.io',
  badge: 'With the mode monitor, path of the badge for shields.io/endpoint, JSON',
  issue: 'With the mode monitor, number of the issue that was opened, brought up to date or closed',
  sarif: 'Directory with what a scanner found, as github/codeql-action/upload-sarif takes it',
  'warm-store-path': 'With mode prewarm: the warm store, an OCI image layout',
  'warm-images': 'With mode prewarm: number of images that the Dockerfiles can need',
  'warm-fetched': 'With mode prewarm: number of images that were fetched, because they were new or had changed',
  'warm-failed': 'With mode prewarm: number of images that could not be brought up to date',
  'warm-bytes': 'With mode prewarm: size of the warm store in bytes',
};

/** Everything that action.yml says, as YAML takes it. */
export function actionDefinition(): unknown {
  return {
    name: 'Smart Docker Build',
    description: 'Builds and pushes container images through outages of registries, caches and proxies',
    author: 'smart-docker-build',
    branding: { icon: 'shield', color: 'blue' },
    inputs: Object.fromEntries(INPUT_TABLE.map((row) => [row.name, definitionOf(row)])),
    outputs: Object.fromEntries(Object.entries(OUTPUTS).map(([name, description]) => [name, { description }])),
    runs: { using: 'node24', main: 'dist/index.js', post: 'dist/index.js' },
  };
}

/** A default in action.yml would hide the environment variable: GitHub passes it like an input that was given. */
function definitionOf(row: InputRow): unknown {
  const hint = [
    row.variable === null ? '' : `variable ${row.variable}`,
    row.fallback === '' ? '' : `default ${row.fallback}`,
  ];
  const notes = row.variable === null ? '' : ` (${hint.filter(Boolean).join(', ')})`;
  const fallback = row.expression ?? (row.variable === null ? row.fallback : '');
  return { description: row.description + notes, required: false, default: fallback };
}

/** The README's table of this action's own inputs. */
export function inputsTable(): string {
  const rows = INPUT_TABLE.filter(({ form }) => form !== 'drop-in').map(
    (row) =>
      `| \`${row.name}\` | ${row.variable === null ? '' : `\`${row.variable}\``} | ${code(row.fallback)} | ${cell(row.description)} |`,
  );
  return ['| Input | Variable | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The README's table of the inputs that are docker/build-push-action's. */
export function dropInTable(): string {
  const rows = INPUT_TABLE.filter(({ form }) => form === 'drop-in').map(
    ({ name, fallback, expression, description }) =>
      `| \`${name}\` | ${code(expression ?? fallback)} | ${cell(description)} |`,
  );
  return ['| Input | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The README's table of outputs. */
export function outputsTable(): string {
  const rows = Object.entries(OUTPUTS).map(([name, description]) => `| \`${name}\` | ${cell(description)} |`);
  return ['| Output | Meaning |', '| --- | --- |', ...rows].join('\n');
}

/** Puts a text between `<!-- NAME -->` and `<!-- /NAME -->`. */
export function withSection(document: string, name: string, text: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = document.indexOf(open);
  const end = document.indexOf(close);
  if (start === -1 || end < start) throw new Error(`the document has no section ${open}`);
  return `${document.slice(0, start + open.length)}\n\n${text}\n\n${document.slice(end)}`;
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
