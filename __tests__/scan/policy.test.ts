import { expect, test } from 'vitest';
import { readScan, readVerifyRules } from '../../src/inputs/scan.ts';
import { scanObjection, signatureObjection } from '../../src/scan/judge.ts';
import { readCosign } from '../../src/scan/cosign.ts';
import type { Scan } from '../../src/scan/findings.ts';
import type { VerifyRule } from '../../src/scan/settings.ts';
import { ruleFor } from '../../src/scan/verification.ts';
import { recorded } from './stand-in.ts';

const given = (values: Readonly<Record<string, string>>) => (name: string) => ({
  label: name,
  text: values[name] ?? '',
  isDefault: false,
  given: values[name] ?? '',
});

test('scan settings are read, and everything wrong with them is said', () => {
  const problems: string[] = [];
  const scan = readScan(
    given({ scan: 'all', 'scan-severity': 'low, Critical', 'scan-fail-on': 'high', 'scan-unable': 'fail' }),
    problems,
  );
  expect(scan).toEqual({ what: 'all', severities: ['CRITICAL', 'LOW'], failOn: 'HIGH', unable: 'fail', scanner: null });
  expect(problems).toEqual([]);
  readScan(
    given({ scan: 'some', 'scan-severity': 'bad', 'scan-fail-on': 'worse', 'scan-unable': 'perhaps' }),
    problems,
  );
  expect(problems).toEqual([
    'scan: "some" is not one of off, bases, image, all',
    'scan-severity: "bad" is not one of critical, high, medium, low, negligible, unknown',
    'scan-fail-on: "worse" is not one of critical, high, medium, low, negligible, unknown',
    'scan-unable: "perhaps" is not one of warn, fail',
  ]);
});

const rulesOf = (text: string): { rules: readonly VerifyRule[]; problems: readonly string[] } => {
  const problems: string[] = [];
  return { rules: readVerifyRules(given({ verify: text })('verify'), problems), problems };
};

test('verify rules name a key or an identity', () => {
  const { rules, problems } = rulesOf(`
    ghcr.io/acme/* => key=keys/cosign.pub   # ours
    gcr.io/distroless/* => identity=keyless@distroless.iam.gserviceaccount.com issuer=https://accounts.google.com unable=warn`);
  expect(problems).toEqual([]);
  expect(rules).toEqual([
    { pattern: 'ghcr.io/acme/*', signer: { kind: 'key', key: 'keys/cosign.pub' }, unable: 'fail' },
    {
      pattern: 'gcr.io/distroless/*',
      signer: {
        kind: 'identity',
        identity: 'keyless@distroless.iam.gserviceaccount.com',
        issuer: 'https://accounts.google.com',
      },
      unable: 'warn',
    },
  ]);
  expect(ruleFor(rules, 'ghcr.io/acme/team/api')?.pattern).toBe('ghcr.io/acme/*');
  expect(ruleFor(rules, 'ghcr.io/other/api')).toBeNull();
});

test.each([
  'ghcr.io/acme/*',
  'ghcr.io/acme/* => cosign.pub',
  'ghcr.io/acme/* => identity=someone',
  'ghcr.io/acme/* => key=a key=b',
  'ghcr.io/acme/* => key=a unable=never',
])('"%s" is no rule', (line) => {
  expect(rulesOf(line)).toMatchObject({
    rules: [],
    problems: [expect.stringContaining(`verify: "${line}" is not like`)],
  });
});

test.each([
  ['cosign-unsigned.txt', 10, true, 'refused', 'no signatures found'],
  ['cosign-unsigned.txt', 10, false, 'could not verify', 'the mirror that has it has no signatures'],
  ['cosign-other-key.txt', 12, true, 'refused', 'no matching signatures: invalid signature when validating ASN.1'],
  ['cosign-registry-refuses.txt', 1, true, 'could not verify', 'connection refused'],
  ['cosign-no-key.txt', 1, true, 'could not verify', 'loading public key: open nokey.pub: no such file or directory'],
  ['cosign-keyless-offline.txt', 1, true, 'could not verify', 'getting Rekor public keys'],
] as const)('%s with exit code %d, from upstream: %s', async (file, code, isUpstream, verdict, detail) => {
  const outcome = { kind: 'exited', code, stdout: '', stderr: await recorded(file) } as const;
  expect(readCosign(outcome, isUpstream)).toEqual({ verdict, detail: expect.stringContaining(detail) });
});

test('an outage of the transparency log is no refusal, whatever it is wrapped in', () => {
  const stderr =
    'Error: no matching signatures: searching log query: Post "https://rekor.example": dial tcp: i/o timeout';
  expect(readCosign({ kind: 'exited', code: 12, stdout: '', stderr }, true).verdict).toBe('could not verify');
});

test('without cosign nothing was verified', () => {
  expect(readCosign({ kind: 'failed', reason: 'cosign is not installed' }, true)).toEqual({
    verdict: 'could not verify',
    detail: 'cosign is not installed',
  });
});

const scan: Scan = {
  subject: { kind: 'fallback', name: 'debian:13-slim', reference: 'r', where: 'registry', platform: null },
  scanner: 'trivy 0.66.0',
  problem: null,
  counts: { CRITICAL: 1, MEDIUM: 4 },
  worst: [{ id: 'CVE-1', package: 'p', version: '1', fixedIn: null, severity: 'CRITICAL', title: null }],
  note: null,
  sarif: null,
};
const settings = { what: 'bases', severities: ['CRITICAL'], failOn: 'HIGH', unable: 'warn', scanner: null } as const;

test.each([
  ['findings at or above the threshold', scan, settings, 'has findings: 1 critical (CVE-1)'],
  ['findings below the threshold', { ...scan, counts: { MEDIUM: 4 } }, settings, null],
  ['no threshold', scan, { ...settings, failOn: null }, null],
  ['could not scan, which warns', { ...scan, problem: 'no database' }, settings, null],
  [
    'could not scan, which fails',
    { ...scan, problem: 'no database' },
    { ...settings, unable: 'fail' } as const,
    'could not be scanned: no database',
  ],
] as const)('%s', (_, given, policy, objection) => {
  expect(scanObjection(given, policy)).toBe(objection);
});

test('the rule decides about what could not be verified; a refusal is final', () => {
  const rule: VerifyRule = { pattern: '*', signer: { kind: 'key', key: 'k' }, unable: 'fail' };
  const unable = { name: 'n', reference: 'r', rule, verdict: 'could not verify', detail: 'no network' } as const;
  expect(signatureObjection(unable)).toBe('its signature could not be verified: no network');
  expect(signatureObjection({ ...unable, rule: { ...rule, unable: 'warn' } })).toBeNull();
  const refused = { ...unable, rule: { ...rule, unable: 'warn' }, verdict: 'refused' } as const;
  expect(signatureObjection(refused)).toBe('its signature is refused: no network');
  expect(signatureObjection({ ...refused, verdict: 'verified' })).toBeNull();
});
