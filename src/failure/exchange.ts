import { readTrouble } from './trouble.ts';
import type { Trouble } from './trouble.ts';
import type { StepKind } from './types.ts';

/** Go's client and containerd's ingester say this only of a request that was not answered, or not to its end. */
const unanswered = /failed to do request: |failed commit on ref "/;
/** Go's `url.Error`; the docker daemon puts a registry's own words into the same place. */
const aboutUrl = /\b(?:Get|Head|Post|Put|Patch|Delete) "?https?:\/\/[^\s"]{1,2000}"?: \S+ \S+ \S/;
const askedWrongly =
  /unsupported protocol scheme|stopped after \d+ redirects|invalid URL|net\/url: |no Host in request/;
/** The registry named this digest itself, one request before. */
const ownDigestRefused = /GET request to https?:\/\/\S{1,2000}\/(?:blobs|manifests)\/sha256:[0-9a-f]{64}: 400\b/;

/** What is wrong where nobody has a word for it: who speaks, and of which request, tells. */
export function troubleIn(text: string): Trouble | null {
  const named = readTrouble(text);
  if (named !== null) return named;
  if (ownDigestRefused.test(text)) return 'server-error';
  const cutOff = unanswered.test(text) || (aboutUrl.test(text) && !isLasting(text));
  return cutOff && !askedWrongly.test(text) ? 'reset' : null;
}

/** An error that was cut off behind its colon says nothing. */
const saysWhat = /: ?[^:\n]*\S \S[^:\n]*$/;
const exchanging: readonly (StepKind | null)[] = ['push', 'resolve', 'import', 'cache-export', 'sbom'];
const exchangeWords =
  /failed to push \S+: |failed to copy: (?:httpReadSeeker|short|read )|failed to resolve source metadata for |failed to authorize: |failed to fetch (?:oauth|anonymous) token|error pulling image configuration|(?:writing|copying|reading) blob\b|pushing image|push to destination|failed commit on ref/;
/** What is final between an engine and a registry can be counted: rights, names, formats, limits, and a registry's own rules. */
const lastingAnswers: readonly RegExp[] = [
  /(?<![:.\d])4(?!08|25|29)\d\d\b|\b[A-Z]+_(?:INVALID|UNSUPPORTED)\b/,
  /denied|forbidden|permission|credential|certificate|unauthori[sz]ed|authenticat|\blog ?in\b|insufficient|expired|licen[cs]e/i,
  /\bnot (?:supported|implemented|allowed|permitted|found|known|match|enabled|available|accepted|valid|exist|auth\w*|a )|no such|no match|does ?n[o']t |can't |cannot (?!reuse)|missing|ambiguous|duplicate/i,
  /invalid|unsupported|incompatible|mismatch|media ?type|pars(?:e|ing)|unknown (?:flag|type|manifest|instruction)|manifest unknown|\bwrong\b/i,
  /exceed|too (?:large|long|big|many)|quota|\blimit|maximum|insufficient/i,
  /immutable|already exists|read-only|archived|locked|disabled|suspended|deleted|restricted|blocked|policy|violat|vulnerab|\b(?:must|requires?|should|needs?|only|please|use) /i,
  /context cancell?ed$/,
];

/** Whatever else is said of an exchange between the engine and a registry may go well the next time. */
export function isVague(text: string, kind: StepKind | null): boolean {
  const words = text.trim();
  const spoken = exchanging.includes(kind) || exchangeWords.test(words);
  return spoken && saysWhat.test(words) && !isLasting(words);
}

function isLasting(text: string): boolean {
  return lastingAnswers.some((answer) => answer.test(text));
}
