import { shownInstruction } from './failing-step.ts';
import type { Trouble } from './trouble.ts';
import { readStatus } from './trouble.ts';
import type { BuildLog, FailureClass, Step } from './types.ts';
import type { Verdict } from './verdict.ts';

const names: Readonly<Record<string, string>> = {
  'docker.io': 'Docker Hub',
  'gha-cache': 'the Actions cache service',
  'proxy.golang.org': 'the Go module proxy',
  'sum.golang.org': 'the Go checksum database',
};

/** A service as people call it, within a sentence. */
export function serviceTitle(component: string): string {
  return names[component] ?? component;
}

/** False where a log tells of no failure: there is no class to speak of then. */
export function isFailure({ rule }: Pick<Verdict, 'rule'>): boolean {
  return rule !== 'no-failure' && rule !== 'empty';
}

/** One sentence that names whose fault it is, and what happened. */
export function headlineFor(log: BuildLog, step: Step | null, verdict: Verdict, evidence: readonly string[]): string {
  const who = verdict.component === null ? null : (names[verdict.component] ?? verdict.component);
  const what = verdict.trouble === null ? null : did(verdict.trouble, evidence);
  const on = imageOf(step, evidence);
  switch (verdict.class) {
    case 'user-code':
      return ownHeadline(log, step, verdict, evidence);
    case 'registry-unavailable':
    case 'registry-rate-limit':
      return capital(`${who ?? 'the registry'} ${what ?? 'failed'}${on === null ? '' : ` on ${on}`}`);
    case 'registry-auth':
      return capital(`${who ?? 'the registry'} refused access${on === null ? '' : ` to ${on}`}`);
    case 'image-not-found':
      return capital(`${who ?? 'the registry'} has no image ${on ?? 'of that name'}`);
    case 'push-failed-transient':
      return capital(`pushing to ${who ?? 'the registry'} failed: it ${what ?? 'lost the upload'}`);
    case 'gha-cache':
      return capital(
        `${who ?? 'the Actions cache service'} ${verdict.trouble === null ? 'failed' : (what ?? 'failed')} on a cache ${verdict.cause === 'cache-export' ? 'export' : 'import'}`,
      );
    case 'go-proxy':
    case 'package-mirror':
    case 'network':
      return capital(`${who ?? 'a remote host'} ${what ?? 'failed'}${inStep(log, step)}`);
    case 'dns':
      return `The name ${verdict.host ?? 'of a host'} could not be looked up${inStep(log, step)}`;
    case 'builder':
      if (verdict.cause === 'boot')
        return `The builder did not start${who === null ? '' : `: ${who} ${what ?? 'failed'}`}`;
      return log.steps.length === 0 ? unanswered(evidence) : 'The builder was lost in mid-build';
    case 'disk-full':
      return `The disk is full${inStep(log, step)}`;
    case 'out-of-memory':
      return `The build ran out of memory${inStep(log, step)}`;
    case 'timeout':
      return verdict.rule === 'job-ended'
        ? 'The job ended before the build did'
        : `The build ran into a time limit${inStep(log, step)}`;
  }
}

/** Nothing was built, so nothing was lost: the client says whom it asked. */
function unanswered(evidence: readonly string[]): string {
  const asked = evidence
    .map((line) => /Cannot connect to the Docker daemon at \S+?(?=\.?(?:\s|$))/.exec(line)?.[0])
    .find(Boolean);
  return asked === undefined ? 'No engine answers' : `No engine answers: ${asked}`;
}

function did(trouble: Trouble, evidence: readonly string[]): string {
  const status = evidence.map(readStatus).find((entry) => entry !== null) ?? null;
  switch (trouble) {
    case 'server-error':
      return status === null ? 'answered with a server error' : `answered ${status}`;
    case 'rate-limit':
      return 'limits the rate (429)';
    case 'dns':
      return 'could not be looked up';
    case 'timeout':
      return 'did not answer in time';
    case 'refused':
      return 'refused the connection';
    case 'unreachable':
      return 'could not be reached';
    case 'reset':
      return 'broke the connection off';
    case 'tls':
      return 'broke off the TLS handshake';
    case 'corrupt':
      return 'served broken or half-synced files';
    case 'not-found':
      return 'answered 404';
    case 'forbidden':
      return 'answered 403';
    case 'unauthorized':
      return 'answered 401';
    case 'certificate':
      return 'showed a certificate that is not trusted';
    case 'local-proxy':
      return 'is configured behind a proxy on this machine, which does not answer';
  }
}

function imageOf(step: Step | null, evidence: readonly string[]): string | null {
  const name = /(?:load metadata for|resolve image config for(?: docker-image:\/\/)?|FROM|pulling image) (\S+)/.exec(
    step?.name ?? '',
  )?.[1];
  const told =
    /(?:resolve source metadata for|failed to push|pull access denied for|manifest for) ([^\s:,]+(?::\d+\/[^\s:,]+)?(?::[\w.-]+)?)/.exec(
      evidence.join('\n'),
    )?.[1];
  const path = /\/v2\/([^\s"?]+)\/manifests\/([^\s":?]+)/.exec(evidence.join('\n'));
  const image = name ?? told ?? (path === null ? undefined : `${path[1] ?? ''}:${path[2] ?? ''}`);
  return image === undefined
    ? null
    : image
        .replace(/^docker-image:\/\//, '')
        .replace(/^docker\.io\/(?:library\/)?/, '')
        .replace(/^library\//, '')
        .replace(/@sha256:[0-9a-f]+$/, '')
        .replace(/,$/, '');
}

function inStep(log: BuildLog, step: Step | null): string {
  const place = log.dockerfile === null ? '' : ` (${log.dockerfile.file}:${log.dockerfile.line})`;
  const instruction = step === null ? '' : instructionOf(step.name);
  return instruction === '' ? place : `, in ${instruction}${place}`;
}

function instructionOf(name: string): string {
  const bare = name
    .replace(/^\[[^\]]*\]\s*/, '')
    .replace(/--mount=\S+\s*/g, '')
    .trim();
  return bare.length > 60 ? `${bare.slice(0, 57)}…` : bare;
}

const telling =
  /error|undefined|fail|cannot|not found|no such|missing|denied|unexpected|invalid|unable|mismatch|panic|expected|unknown|parse/i;
const leading =
  /^(?:(?:ERROR|error|Error|failed to build|failed to solve|failed to compute cache key|failed to load cache key|failed to calculate checksum of ref \S+): )+/;

function ownHeadline(log: BuildLog, step: Step | null, verdict: Verdict, evidence: readonly string[]): string {
  if (verdict.rule === 'no-failure') return 'No failure found in this log';
  if (verdict.rule === 'empty') return 'There is nothing in this log';
  const place = log.dockerfile === null ? '' : `${log.dockerfile.file}:${log.dockerfile.line} `;
  const subject = `${place}${instructionOf(step?.name ?? shownInstruction(log))}`.trim();
  const reason = reasonIn(evidence);
  if (subject === '') return reason === '' ? 'The build itself failed' : capital(reason);
  return `${subject} failed${reason === '' ? '' : `: ${reason}`}`;
}

/** What the user's program said last that tells something; without any output, how it ended. */
function reasonIn(evidence: readonly string[]): string {
  const [first] = evidence;
  const printed = evidence.filter(
    (line) => !/^process "|did not complete successfully|returned a non-zero code/.test(line),
  );
  const line =
    printed.length === 1 ? first : (printed.findLast((entry) => telling.test(entry)) ?? printed.at(-1) ?? first ?? '');
  const reason = (line ?? '')
    .replace(leading, '')
    .replace(/^process ".*" did not complete successfully: /s, '')
    .trim();
  return reason.length > 200 ? `${reason.slice(0, 197)}…` : reason;
}

function capital(text: string): string {
  return /^\S*[./:]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

const byClass: Readonly<Record<FailureClass, string>> = {
  'gha-cache': 'Build without this cache: the image does not need it. Set ignore-error=true on the cache export.',
  'registry-unavailable':
    'Take the image from a mirror that serves the same digest, or try again when the registry is back.',
  'registry-rate-limit':
    'Log in before the pull, or take the image from a mirror: waiting for the window to end rarely helps a job.',
  'registry-auth': 'Check the login, the permissions of the token and the name of the repository.',
  'image-not-found':
    'Check the name, the tag and the platforms of the image: the registry answered, and it does not have it.',
  'push-failed-transient': 'Push again what was built; no rebuild is needed.',
  'go-proxy': 'Try again, or give more than one proxy, separated by a pipe: GOPROXY=https://proxy.golang.org|direct.',
  'package-mirror': 'Try again later or point the package manager at another mirror; keep its signature checks on.',
  dns: 'Check the name servers of the runner and the builder; a name that exists can be looked up again in a moment.',
  network: 'Try again; if it stays, check the route from the builder to this host.',
  builder: 'Start a new builder, or use the docker driver, which needs no image of its own.',
  'disk-full': 'Free space (docker system df, docker buildx prune) or use a runner with a larger disk.',
  'out-of-memory': 'Give the build more memory, or less to do at once (fewer parallel jobs, a smaller heap).',
  timeout: 'Raise the limit, or look at the step that took the time.',
  'user-code': 'Correct the build itself; it would fail everywhere, and trying again changes nothing.',
};

const byRule: Readonly<Record<string, string>> = {
  integrity:
    'The content is not what the lock file or the signature expects. Do not work around this: find out which side changed.',
  certificate:
    'Install the certificate authority that signed the server, in the builder or the image; do not turn verification off.',
  'local-proxy':
    'The proxy setting points at this machine, which a container cannot reach: correct HTTP_PROXY and HTTPS_PROXY.',
  'context-path': 'Check that the file exists in the build context and that .dockerignore does not leave it out.',
  dockerfile: 'Correct the Dockerfile at the line that is shown.',
  'missing-package': 'The repository answered that it has no such package or version: correct its name or version.',
  'exec-format': 'The image is for another architecture: set up QEMU, or build on the platform that it is for.',
  'own-registry':
    'Is a registry running there? Start it before the build, for instance as a service container. A docker-container builder has a localhost of its own, unless it was created with --driver-opt network=host.',
  'job-ended': 'The job was cancelled or ran into its time limit; see timeout-minutes and the step that took the time.',
  'no-failure': 'Nothing to do, or give more of the log.',
  empty: 'Give the output of the build, from its first line to its last.',
  'socket-rights': 'The user of this job may not use the docker socket.',
};

export function adviceFor(verdict: Verdict): string {
  return (verdict.retryable ? undefined : byRule[verdict.rule]) ?? byClass[verdict.class];
}
