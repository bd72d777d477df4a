import type { CommandOutcome, RunCommand } from '../process/run-command.ts';
import type { VerifyRule } from './settings.ts';
import type { Verification } from './verification.ts';

/** An image as cosign is asked about it. */
export interface SignedImage {
  /** As the Dockerfile has it. */
  readonly name: string;
  /** `HOST/REPOSITORY@DIGEST`: what is verified is what is used. */
  readonly reference: string;
  /** Whether this is where its maker pushes it; a mirror that has the image need not have its signature. */
  readonly isUpstream: boolean;
}

const VERIFY_MS = 60_000;

/** `cosign verify` of one digest (docs.sigstore.dev, "Verifying Signatures"). A key of one's own needs no public log. */
export function cosignCommand(reference: string, { signer }: VerifyRule): readonly string[] {
  const who =
    signer.kind === 'key'
      ? ['--key', signer.key, '--insecure-ignore-tlog=true']
      : ['--certificate-identity', signer.identity, '--certificate-oidc-issuer', signer.issuer];
  return ['cosign', 'verify', '--output', 'json', ...who, reference];
}

/** Exit codes for "no signatures", "none that matches", "no certificate on it" (cosign, cmd/cosign/errors). */
const REFUSING_CODES = [10, 12, 13];
/** The same from versions whose exit code is always 1. */
const REFUSING_WORDS = /no (?:matching )?signatures|none of the expected identities matched|invalid signature/i;
/** Cosign wraps an unreachable log or registry into "no matching signatures" as well. */
const OUTAGE_WORDS =
  /dial tcp|i\/o timeout|no such host|connection re(?:fused|set)|TLS handshake|deadline exceeded|unexpected EOF|50[0234] |status code:? (?:5\d\d|429)|TOOMANYREQUESTS|too many requests/i;

/** What cosign's end means. What is not plainly a refusal was not verified, and not refused either. */
export function readCosign(outcome: CommandOutcome, isUpstream: boolean): Pick<Verification, 'verdict' | 'detail'> {
  if (outcome.kind === 'failed') return { verdict: 'could not verify', detail: outcome.reason };
  if (outcome.code === 0) return { verdict: 'verified', detail: 'the signature is valid' };
  const detail = detailOf(outcome.stderr) ?? `cosign: exit code ${outcome.code}`;
  const refuses = REFUSING_CODES.includes(outcome.code) || REFUSING_WORDS.test(detail);
  const hasNone = outcome.code === 10 || /no signatures found/i.test(detail);
  if (!refuses || OUTAGE_WORDS.test(detail)) return { verdict: 'could not verify', detail };
  if (hasNone && !isUpstream)
    return { verdict: 'could not verify', detail: 'the mirror that has it has no signatures' };
  return { verdict: 'refused', detail };
}

/** The first line that is neither a warning nor the repetition at the end. */
function detailOf(stderr: string): string | null {
  const lines = stderr.split('\n').map((line) => line.replace(/^Error: /, '').trim());
  return lines.find((line) => line !== '' && !line.startsWith('WARNING:')) ?? null;
}

/** Asks cosign about one image. */
export async function verifyImage(image: SignedImage, rule: VerifyRule, run: RunCommand): Promise<Verification> {
  const outcome = await run(cosignCommand(image.reference, rule), { timeoutMs: VERIFY_MS });
  const { name, reference } = image;
  return { name, reference, rule, ...readCosign(outcome, image.isUpstream) };
}
