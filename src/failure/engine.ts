import { isVague, troubleIn } from './exchange.ts';
import { dialsLoopback, hostIn, isAddress, isLoopback, registryOf, serviceOf } from './hosts.ts';
import { engineRules } from './patterns.ts';
import type { EngineRule } from './patterns.ts';
import { isPassing, readTrouble } from './trouble.ts';
import type { FailureCause, FailureClass, StepKind } from './types.ts';
import type { Verdict } from './verdict.ts';

/** The step in which the engine spoke, as far as it is known. */
export interface Place {
  readonly kind: StepKind | null;
  readonly name: string;
}

export const nowhere: Place = { kind: null, name: '' };

const pushRequest =
  /failed to push|pushing (?:image|layer|manifest|to)|(?:PUT|POST|PATCH) (?:request to )?"?https?:\/\/[^\s"]*\/v2\/(?!token)|\b(?:Put|Post|Patch) "?https?:\/\/[^\s"]*\/v2\/|\/blobs\/uploads?\b|layer upload|error pushing|push to |Tried to push|The push refers to|: (?:Pushed|Pushing|Layer already exists|Mounted from)|failed to SAVE IMAGE|blob upload (?:unknown|invalid)|BLOB_UPLOAD|checking push permission|trying to push|pushing to registry|\bat destination\b/i;
// Only containerd's pusher writes its body through a pipe, and only it (up to 1.6) says a bare "unexpected status".
const pusherWords =
  /io: read\/write on closed pipe|unexpected status: \d{3}|bufpipe: |failed commit on ref "\S+": (?:no response|unexpected status|cannot reuse body)/;
const registryWords =
  /\/v2\/|failed to (?:authorize|fetch (?:oauth|anonymous) token|resolve source metadata|resolve reference|do request|copy: httpReadSeeker)|load metadata|resolve image config|httpReadSeeker|manifest|docker pull|Error response from daemon|Pulling from|[Rr]eceived unexpected HTTP status|oauth|registry|Unable to find image|initializing source|Downloading base image|Retrieving image|Trying to pull|creating build container|(?:writing|storing|copying|reading) blob\b|happened during read|copying system image|unable to copy from source|pinging container|error pulling image/i;
const missingImage =
  /manifest unknown|manifest for \S+ not found|MANIFEST_UNKNOWN|NAME_UNKNOWN|name unknown|no match for platform|no matching manifest|does not provide (?:the specified|any) platform|not found: manifest|[\w./-]+[:@][\w.:-]+: not found|No such image|image \S+ not found|reference does not exist|repository \S+ not found|from remote: not found|content at \S+ not found|could not be found at any host/i;
const rightsDenied =
  /pull access denied|push access denied|insufficient_scope|authorization failed|requested access to the resource is denied|no basic auth credentials|\bdenied: |: denied$|unauthorized|authentication required|incorrect username or password|wrong username|bad credentials|token (?:has |is )?expired|permission_denied|not allowed to \w+ \w+ package|error getting credentials|error saving credentials|quota|\/users\/sign_in\b|artifactregistry\.repositories\.\w+|not authorized to perform: ecr|Unauthenticated request/i;

/** What the engine said, judged by the step it was said in. */
export function judgeEngine(text: string, place: Place): Verdict | null {
  const about = subject(text, place);
  const rule = engineRules.find((entry) => applies(entry, text, place));
  const limited = readTrouble(text) === 'rate-limit';
  if (place.kind === 'boot') return judgeBoot(text, about, rule);
  if (rule !== undefined && !(limited && rule.class === 'builder')) return fromRule(rule, about, text, place.kind);
  return judgeRequest(text, place.kind, about);
}

/** What nobody understood, if it was said of an exchange between the engine and a registry. */
export function judgeExchange(text: string, place: Place): Verdict | null {
  return isVague(text, place.kind) ? judgeRequest(text, place.kind, subject(text, place), true) : null;
}

/** The rules alone, for lines of which nothing says that the engine spoke them. */
export function engineWords(text: string, place: Place): Verdict | null {
  const rule = engineRules.find((entry) => applies(entry, text, place));
  return rule === undefined ? null : fromRule(rule, subject(text, place), text, place.kind);
}

function applies(rule: EngineRule, text: string, place: Place): boolean {
  if (rule.kinds !== undefined && (place.kind === null || !rule.kinds.includes(place.kind))) return false;
  if (rule.step !== undefined && !rule.step.test(place.name)) return false;
  return rule.when.test(text) && rule.unless?.test(text) !== true;
}

interface Subject {
  readonly host: string | null;
  readonly component: string | null;
}

const imageIn =
  /(?:failed to resolve source metadata for|load metadata for|resolve image config for|pulling image|failed to push|Unable to find image '|pull access denied for|manifest for|refers to a? ?repository \[|Tried to push \w+ for|push to destination|docker pull|Pulling repository|pushing|FROM|initializing source|reading manifest \S+ in|generating sbom using|sending push to|Downloading base image|Retrieving image(?: manifest)?) ?(?:docker-image:\/\/|docker:\/\/)?([a-z0-9][^\s:'"\]]*(?::[^\s:'"\]]+)?)/;

function subject(text: string, place: Place): Subject {
  const host =
    hostIn(text) ?? (/^(?:\[[^\]]*\] )?ADD |^https?:|^\[[^\]]*\] https?:/.test(place.name) ? hostIn(place.name) : null);
  const reference = imageIn.exec(text)?.[1] ?? imageIn.exec(place.name)?.[1];
  const component = reference === undefined ? null : registryOf(reference);
  // An address alone names no service; the image that was asked for does.
  if (host !== null && !(isAddress(host) && component !== null))
    return { host, component: serviceOf(host, `${text}\n${place.name}`) };
  return { host, component: component ?? (/docker\.com\/increase-rate-limit/.test(text) ? 'docker.io' : null) };
}

function fromRule(rule: EngineRule, about: Subject, text: string, kind: StepKind | null): Verdict {
  const own = rule.class === 'user-code' || rule.class === 'disk-full' || rule.class === 'out-of-memory';
  return {
    class: rule.class,
    retryable: rule.retryable,
    component: rule.component ?? (own ? null : about.component),
    host: own ? null : about.host,
    cause: rule.cause ?? (rule.class === 'gha-cache' ? cacheCause(text, kind) : null),
    trouble: readTrouble(text),
    rule: rule.id,
    evidence: [],
  };
}

function cacheCause(text: string, kind: StepKind | null): FailureCause {
  if (kind === 'cache-export') return 'cache-export';
  return /export|writing|reserve|commit|save|upload|CreateCacheEntry|Finalize|Patch|PUT/i.test(text)
    ? 'cache-export'
    : 'cache-import';
}

/** A builder that does not boot is a builder's failure, unless its image is rate-limited or the fault is the user's. */
function judgeBoot(text: string, about: Subject, rule: EngineRule | undefined): Verdict {
  const trouble = readTrouble(text);
  const base = { component: about.component, host: about.host, cause: 'boot' as const, trouble, evidence: [] };
  if (trouble === 'rate-limit')
    return { ...base, class: 'registry-rate-limit', retryable: true, rule: 'boot-rate-limit' };
  if (rule !== undefined && !rule.retryable) return { ...base, class: rule.class, retryable: false, rule: rule.id };
  if (trouble === 'certificate' || trouble === 'local-proxy')
    return { ...base, class: 'user-code', retryable: false, rule: trouble };
  if (rightsDenied.test(text)) return { ...base, class: 'registry-auth', retryable: false, rule: 'boot-denied' };
  return { ...base, class: 'builder', retryable: true, rule: 'boot' };
}

/** `Head "http://localhost:5000/v2/…`: the API that only a registry has. */
const registryApi = /\/v2\//;
/** A request of the engine to another machine. */
function judgeRequest(text: string, kind: StepKind | null, about: Subject, vague = false): Verdict | null {
  const trouble = troubleIn(text);
  const push = kind === 'push' || /^unknown blob$/m.test(text) || pushRequest.test(text) || pusherWords.test(text);
  const cause = causeOf(kind, push, text);
  const verdict = (name: FailureClass, retryable: boolean, rule: string): Verdict => ({
    class: name,
    retryable,
    ...about,
    cause,
    trouble,
    rule,
    evidence: [],
  });
  const mine = (rule: string): Verdict => ({ ...verdict('user-code', false, rule), host: null, component: null });
  // A cache that may not be written is left out; the image does not need it.
  const refused = (rule: string): Verdict => verdict('registry-auth', kind === 'cache-export', rule);
  const loopback = (about.host !== null && isLoopback(about.host)) || dialsLoopback(text);
  if (trouble === 'certificate' || trouble === 'local-proxy') return mine(trouble);
  if (trouble === 'rate-limit') return verdict('registry-rate-limit', true, 'registry-rate-limit');
  // mcr.microsoft.com refuses anonymous pulls in passing (microsoft/containerregistry#188, #191); nobody logs in there.
  if (trouble === 'forbidden' && !push && about.component === 'mcr.microsoft.com')
    return verdict('registry-unavailable', true, 'mcr-forbidden');
  // A name without a dot is one of this machine's or this network's own.
  if (trouble === 'dns')
    return about.host !== null && (isLoopback(about.host) || !about.host.includes('.'))
      ? mine('own-host')
      : verdict('dns', true, 'engine-dns');
  if (trouble !== 'server-error' && rightsDenied.test(text)) return refused('registry-denied');
  if (trouble === 'unauthorized' || trouble === 'forbidden') return refused(`registry-${trouble}`);
  // Nobody's outage, and no fault of the code: what the job itself should have started is not there.
  const isOwn = about.host !== null && isLoopback(about.host) && kind !== 'import' && kind !== 'cache-export';
  if (isOwn && trouble !== null && isPassing(trouble) && (push || registryApi.test(text)))
    return verdict('registry-unavailable', false, 'own-registry');
  if (loopback && trouble !== null) return mine('own-host');
  if (trouble !== 'server-error' && missingImage.test(text))
    return verdict('image-not-found', false, 'image-not-found');
  if (trouble === 'not-found') return judgeNotFound(text, push, kind, verdict);
  if (push && (trouble !== null || vague || /blob upload (?:unknown|invalid)|unknown blob|blob unknown/i.test(text)))
    return verdict('push-failed-transient', true, `push-${trouble ?? 'lost'}`);
  if (/fetch anonymous token.*Bad Request/i.test(text)) return verdict('registry-unavailable', true, 'token-server');
  if (!vague && (trouble === null || !isPassing(trouble))) return null;
  const rule = trouble ?? 'vague';
  if (about.component === null && bareDeadline.test(text.trim())) return verdict('timeout', true, 'bare-deadline');
  const pulling = kind !== null && ['resolve', 'from', 'frontend', 'sbom', 'import'].includes(kind);
  if (about.component !== null && (pulling || registryWords.test(text)))
    return verdict('registry-unavailable', true, `registry-${rule}`);
  if (registryClient.test(text)) return verdict('registry-unavailable', true, `registry-${rule}`);
  return pulling || registryWords.test(text) || engineMade.test(text) || kind !== null
    ? verdict('network', true, `network-${rule}`)
    : null;
}

// Phrases of the daemon's registry client (moby/moby registry/, distribution/distribution), even if no image is named.
const registryClient =
  /registry auth token|Failed to fetch feature: |[Rr]eceived unexpected HTTP status|any registry endpoint|error pulling image configuration/;
const bareDeadline = /(?:failed to solve|failed to build|DeadlineExceeded): (?:[^:]*: )*context deadline exceeded$/m;
const engineMade =
  /failed to solve|failed to build|error building image|failed to copy|failed to get|failed to compute/;

/** 404: an upload session that the registry lost can be opened again; a repository that is not there stays away. */
function judgeNotFound(
  text: string,
  push: boolean,
  kind: StepKind | null,
  verdict: (name: FailureClass, retryable: boolean, rule: string) => Verdict,
): Verdict {
  if (push && /\b(?:PUT|PATCH|Put|Patch)\b.*\/blobs\/uploads?\/[^/\s]|blob upload (?:unknown|invalid)/i.test(text))
    return verdict('push-failed-transient', true, 'push-session-lost');
  // ADD from a URL: moby/buildkit source/http/source.go.
  if (kind === 'copy' || kind === 'context' || /invalid response status/.test(text))
    return { ...verdict('user-code', false, 'missing-file'), component: null };
  return verdict('image-not-found', false, 'registry-404');
}

/** What the failing request was made for: the next plan depends on it. */
function causeOf(kind: StepKind | null, push: boolean, text: string): FailureCause {
  switch (kind) {
    case 'import':
      return 'cache-import';
    case 'cache-export':
      return 'cache-export';
    case 'frontend':
    case 'sbom':
    case 'boot':
      return kind;
    case 'push':
      return 'push';
    case 'context':
      return null;
    case 'resolve':
    case 'from':
      return push ? 'push' : (fetchCause(text) ?? 'base-image');
    case 'run':
    case 'copy':
    case 'export':
    case 'other':
    case null:
      return push ? 'push' : fetchCause(text);
  }
}

/** Layers are fetched when they are needed, so that a COPY may fail for want of its base image. */
function fetchCause(text: string): FailureCause {
  if (!registryWords.test(text)) return null;
  if (/moby\/buildkit\b/.test(text)) return 'boot';
  if (/buildkit-syft-scanner/.test(text)) return 'sbom';
  return /docker\/dockerfile|frontend gateway/.test(text) ? 'frontend' : 'base-image';
}
