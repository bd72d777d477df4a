import { readTrouble } from './trouble.ts';
import type { Trouble } from './trouble.ts';
import type { StepKind } from './types.ts';

/** Go's client and containerd's ingester say this only of a request that was not answered, or not to its end. */
const unanswered =
  /failed to do request: |\b(?:Get|Head|Post|Put|Patch|Delete) "?https?:\/\/[^\s"]{1,2000}"?: \S+ \S+ \S|failed commit on ref "/;
const askedWrongly =
  /unsupported protocol scheme|stopped after \d+ redirects|invalid URL|net\/url: |no Host in request/;
/** The registry named this digest itself, one request before. */
const ownDigestRefused = /GET request to https?:\/\/\S{1,2000}\/(?:blobs|manifests)\/sha256:[0-9a-f]{64}: 400\b/;

/** What is wrong where nobody has a word for it: who speaks, and of which request, tells. */
export function troubleIn(text: string): Trouble | null {
  const named = readTrouble(text);
  if (named !== null) return named;
  if (ownDigestRefused.test(text)) return 'server-error';
  return unanswered.test(text) && !askedWrongly.test(text) ? 'reset' : null;
}

/** An error that was cut off behind its colon says nothing. */
const saysWhat = /: ?[^:\n]*\S \S[^:\n]*$/;
const exchanging: readonly (StepKind | null)[] = ['push', 'resolve', 'import', 'cache-export', 'sbom'];
const exchangeWords =
  /failed to push \S+: |failed to copy: (?:httpReadSeeker|short|read )|failed to resolve source metadata for |failed to authorize: |failed to fetch (?:oauth|anonymous) token|error pulling image configuration|(?:writing|copying|reading) blob\b|pushing image|push to destination|failed commit on ref/;
/** What is final between an engine and a registry can be counted: rights, names, formats, limits, and the user's files. */
const lastingAnswer =
  /(?<![:.\d])4(?!08|25|29)\d\d\b|invalid|unsupported|not (?:supported|implemented|allowed|permitted|found|a )|no such|no match|unknown (?:flag|type|manifest|instruction)|manifest unknown|does ?n[o']t |can't |must |cannot (?!reuse)|exceed|too (?:large|long|big)|quota|immutable|already exists|media ?type|pars(?:e|ing)|mismatch|denied|unauthori[sz]ed|forbidden|permission|credential|certificate|read-only|context cancell?ed$|\b[A-Z]+_(?:INVALID|UNSUPPORTED)\b/i;

/** Whatever else is said of an exchange between the engine and a registry may go well the next time. */
export function isVague(text: string, kind: StepKind | null): boolean {
  const spoken = exchanging.includes(kind) || exchangeWords.test(text);
  return spoken && saysWhat.test(text.trim()) && !lastingAnswer.test(text.trim());
}
