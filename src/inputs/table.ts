import { DROP_IN_INPUTS } from './drop-in/table.ts';

/**
 * Every input of the action, in one table: its name, its environment variable where it has one, its default, and how it
 * is read. action.yml, `--help` and the README are held equal to it by tests.
 */
export interface InputRow {
  /** Kebab case, as in action.yml; on the command line `--name`. */
  readonly name: string;
  /** The environment variable of the same meaning; the input wins. */
  readonly variable: string | null;
  readonly fallback: string;
  /** A default that only GitHub's runner can fill in; elsewhere there is none. */
  readonly expression: string | null;
  /** Whether this action brought the input, or docker/build-push-action has it too, or it is taken over from there. */
  readonly form: 'image' | 'both' | 'drop-in';
  readonly description: string;
}

const BUILD_INPUTS: readonly InputRow[] = [
  row('service', 'Name of the service; passed to the Dockerfile as build argument SERVICE'),
  row('image', 'Image to build, without a tag, such as ghcr.io/acme/api'),
  row('version', 'Tag of the image; passed to the Dockerfile as build argument VERSION', 'latest'),
  shared('platforms', "Platforms to build for, comma-separated; empty is the engine's own"),
  shared('push', 'Push the image after the build', 'false'),
  shared(
    'context',
    'Directory or URL with the sources; empty is . with image, and the Git repository at this commit without',
  ),
  shared(
    'file',
    'Dockerfile; empty looks for Dockerfile in the context, then, with image, takes the bundled one for Go services',
  ),
  row('strategy', 'auto, or optimal, resilient, conservative, emergency to force one during an incident', 'auto'),
  row(
    'mode',
    'build, or health for only the check and its outputs, monitor to tell of outages in an issue as well, or plan to print what a build would do, or prewarm to fill the warm store',
    'build',
  ),
];

const SETTINGS: readonly InputRow[] = [
  setting('HEALTH_CHECK_TIMEOUT', '30', 'Seconds after which a health check is given up'),
  setting(
    'MAX_RETRY_ATTEMPTS',
    '3',
    'Attempts that change nothing, the first one included; another source or another cache is tried beside them',
  ),
  setting(
    'OUTAGE_WAIT',
    '0',
    'Seconds that a build waits where nothing outside of its network answers at all; 0 is red at once',
  ),
  setting(
    'BUILD_TIMEOUT_OPTIMAL',
    '2400',
    'Seconds the build may take under the strategy optimal, all attempts together',
  ),
  setting('BUILD_TIMEOUT_RESILIENT', '1800', 'The same under resilient'),
  setting('BUILD_TIMEOUT_CONSERVATIVE', '1200', 'The same under conservative'),
  setting('BUILD_TIMEOUT_EMERGENCY', '900', 'The same under emergency'),
  setting(
    'JOB_DEADLINE',
    '',
    'When the job will be ended, as a time or in seconds since 1970: every attempt ends in time for the summary',
  ),
  setting(
    'STALL_TIMEOUT',
    '300',
    'Seconds of silence after which a build has stalled; less for steps that only wait for a service',
  ),
  setting('CACHE_EXPORT_TIMEOUT', '60', 'Seconds that a finished build may go on exporting caches'),
  setting('CACHE_LOCAL_PATH', '/tmp/cache', 'Directory of the local build cache'),
  setting('CACHE_MAX_SIZE', '', 'Largest local build cache, such as 2GB; empty is a quarter of the free disk'),
  setting('CACHE_LOCAL_PERSIST', 'false', 'Keep the local build cache from job to job in the Actions cache'),
  setting('CACHE_BACKENDS', 'local,gha,registry', 'Caches that a build may use, or none'),
  setting('CACHE_REGISTRY_REF', '', 'Reference of the registry cache; empty is IMAGE:cache'),
  setting(
    'REPORTS_PATH',
    '',
    'Directory in which the report of every run is kept; empty is reports in CACHE_LOCAL_PATH',
  ),
  setting('REPORTS_KEEP', '200', 'Reports that are kept there, the newest; 0 keeps none'),
  setting('REPORTS_MAX_SIZE', '50MB', 'Largest size of the kept reports together'),
  setting('REPORTS_PERSIST', 'false', 'Keep the reports from job to job in the Actions cache'),
  setting(
    'MONITOR_PATH',
    '',
    'Directory of the history and the badge of the mode monitor; empty is monitor in CACHE_LOCAL_PATH',
  ),
  setting('THRESHOLD_OPTIMAL', '80', 'Health score from which on the strategy is optimal'),
  setting('THRESHOLD_RESILIENT', '60', 'Health score from which on the strategy is resilient'),
  setting('THRESHOLD_CONSERVATIVE', '40', 'Health score from which on the strategy is conservative; below, emergency'),
  setting('BUILDKIT_PROGRESS', '', 'Progress output of buildx: auto, plain, tty, quiet or rawjson'),
  setting('BUILDX_NO_DEFAULT_ATTESTATIONS', '', 'Set to 1 to build without default attestations'),
  setting('DEBUG', '', '1 for a detailed log'),
  setting(
    'REGISTRY_MIRRORS',
    '',
    'Custom mirrors, a rule a line: docker.io=registry.corp.example/hub,mirror.gcr.io',
    'mirrors',
  ),
  setting('ALLOW_UNVERIFIED_MIRRORS', 'false', 'Accept a digest that only a single mirror vouches for'),
  setting(
    'MIRRORS_ONLY',
    'false',
    'Contact nothing but the configured mirrors for images, for networks with an allow-list',
  ),
  setting('MIRROR_REGION', '', 'Region whose mirrors are preferred among equally fast ones: global or cn', 'region'),
  setting(
    'LOCK_FILE',
    'docker-build.lock',
    'File of agreed digests, written by smart-docker-build lock; used where it exists',
  ),
  setting('LOCKED', 'false', 'Use no digest that neither the Dockerfile nor the lock file has'),
  setting(
    'GO_PROXIES',
    '',
    'Go module proxies to try before the public ones, comma-separated URLs; direct may be the last',
  ),
  setting(
    'APK_MIRRORS',
    '',
    'Mirrors of Alpine packages, comma-separated URLs such as https://mirror.corp.example/alpine; for Dockerfiles with ARG APK_MIRRORS',
  ),
  setting('APT_MIRRORS', '', 'The same for Debian packages: https://mirror.corp.example/debian, ARG APT_MIRRORS'),
  setting(
    'FALLBACKS',
    '',
    'Bases that may stand in for others in your own Dockerfile, an image a line: gcr.io/distroless/static:nonroot => debian:13-slim, alpine:3.22',
  ),
  setting(
    'SMOKE_COMMAND',
    '',
    'Command that must succeed in an image with another base before it is pushed; empty starts its entry point with --version',
  ),
  setting(
    'BUILDERS',
    '',
    "Builders to fall back to where one does not answer, in this order, comma-separated; the engine's own comes last",
  ),
  setting('OFFLINE', 'false', 'Contact nobody for images: take every one from the warm store'),
  setting('WARM_STORE', 'false', 'Keep the warm store from job to job in the Actions cache'),
  setting(
    'WARM_MAX_AGE',
    '7d',
    'Age from which on an image of the warm store is for emergencies only, such as 12h or 7d',
  ),
  setting('WARM_MAX_SIZE', '', 'Largest warm store, such as 4GB; empty is a quarter of the free disk'),
  setting('BUILDER_TIMEOUT', '10', 'Seconds that a builder may take to answer where there are others to fall back to'),
  setting(
    'SCAN_IMAGES',
    'off',
    'What Trivy or Grype looks at, where one is installed: off, bases (with all fallbacks), image, or all',
    'scan',
  ),
  setting('SCAN_SEVERITY', 'critical,high', 'Severities whose findings are shown, comma-separated'),
  setting(
    'SCAN_FAIL_ON',
    '',
    'Severity from which on a finding fails the run and rules a fallback base out; empty is never',
  ),
  setting('SCAN_UNABLE', 'warn', 'What follows where something could not be scanned: warn or fail'),
  setting('SCANNER_PATH', '', 'Program of the scanner; empty looks for trivy, then grype, on the PATH', 'scanner'),
  setting(
    'VERIFY_POLICY',
    '',
    'Images whose signature cosign must confirm before use, a rule a line: ghcr.io/acme/* => key=cosign.pub',
    'verify',
  ),
];

export const INPUT_TABLE: readonly InputRow[] = [
  ...BUILD_INPUTS,
  ...DROP_IN_INPUTS.map(({ name, description, fallback = '', expression = null }): InputRow => {
    return { name, variable: null, fallback, expression, form: 'drop-in', description };
  }),
  ...SETTINGS,
];

function row(name: string, description: string, fallback = ''): InputRow {
  return { name, variable: null, fallback, expression: null, form: 'image', description };
}

/** An input that docker/build-push-action has as well. */
function shared(name: string, description: string, fallback = ''): InputRow {
  return { ...row(name, description, fallback), form: 'both' };
}

function setting(variable: string, fallback: string, description: string, name = kebab(variable)): InputRow {
  return { ...row(name, description, fallback), variable };
}

function kebab(variable: string): string {
  return variable.toLowerCase().replaceAll('_', '-');
}
