import { SEVERITIES, type ScanSettings, type Severity, type VerifyRule } from '../scan/settings.ts';
import type { RawInputs, RawValue } from './raw.ts';
import { optional, readChoice, readList, type Problems } from './readers.ts';

/** Reads what is to be scanned, and what follows. */
export function readScan(raw: RawInputs, problems: Problems): ScanSettings {
  return {
    what: readChoice(raw('scan'), ['off', 'bases', 'image', 'all'] as const, problems),
    severities: readSeverities(raw('scan-severity'), problems),
    failOn: raw('scan-fail-on').text === '' ? null : (readSeverity(raw('scan-fail-on'), problems) ?? null),
    unable: readChoice(raw('scan-unable'), ['warn', 'fail'] as const, problems),
    scanner: optional(raw('scanner')),
  };
}

function readSeverities(raw: RawValue, problems: Problems): readonly Severity[] {
  const named = readList(raw).flatMap((text) => readSeverity({ ...raw, text }, problems) ?? []);
  return SEVERITIES.filter((severity) => named.includes(severity));
}

function readSeverity(raw: RawValue, problems: Problems): Severity | undefined {
  const found = SEVERITIES.find((severity) => severity === raw.text.toUpperCase());
  if (found === undefined) {
    problems.push(`${raw.label}: "${raw.text}" is not one of ${SEVERITIES.join(', ').toLowerCase()}`);
  }
  return found;
}

const EXAMPLE =
  '"ghcr.io/acme/* => key=cosign.pub" or "gcr.io/distroless/* => identity=keyless@distroless.iam.gserviceaccount.com issuer=https://accounts.google.com"';

/** Reads `PATTERN => key=FILE` or `PATTERN => identity=… issuer=…`, each with an optional `unable=warn`, a rule a line. */
export function readVerifyRules(raw: RawValue, problems: Problems): readonly VerifyRule[] {
  const lines = raw.text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, '').trim());
  return lines
    .filter((line) => line !== '')
    .flatMap((line): readonly VerifyRule[] => {
      const rule = readRule(line);
      if (rule === null) problems.push(`${raw.label}: "${line}" is not like ${EXAMPLE}`);
      return rule === null ? [] : [rule];
    });
}

function readRule(line: string): VerifyRule | null {
  const [pattern = '', signer = '', ...more] = line.split('=>').map((part) => part.trim());
  const words = signer.split(/\s+/).map((word) => /^(key|identity|issuer|unable)=(.+)$/.exec(word));
  if (!/^[\w.:/*@-]+$/.test(pattern) || more.length > 0 || words.includes(null)) return null;
  const of = Object.fromEntries(words.map((match) => [match?.[1], match?.[2]])) as Record<string, string | undefined>;
  const { key, identity, issuer, unable = 'fail' } = of;
  if ((unable !== 'warn' && unable !== 'fail') || Object.keys(of).length !== words.length) return null;
  if (key !== undefined && identity === undefined && issuer === undefined)
    return { pattern, signer: { kind: 'key', key }, unable };
  if (key === undefined && identity !== undefined && issuer !== undefined)
    return { pattern, signer: { kind: 'identity', identity, issuer }, unable };
  return null;
}
