import type { Scan } from '../scan/findings.ts';
import { SEVERITIES } from '../scan/settings.ts';
import type { Verification } from '../scan/verification.ts';
import { logLine } from './clean.ts';

/** `2 critical, 11 high`, or `nothing found`. */
export function countsText({ counts }: Scan): string {
  const parts = SEVERITIES.flatMap((severity) =>
    counts[severity] === undefined ? [] : [`${counts[severity]} ${severity.toLowerCase()}`],
  );
  return parts.length === 0 ? 'nothing found' : parts.join(', ');
}

/** One line of the log: `🔍 alpine:3.22 linux/amd64: 2 high (trivy 0.66.0)`. */
export function scanLine(scan: Scan): string {
  const { subject, scanner, problem, note } = scan;
  const what = `${subject.name}${subject.platform === null ? '' : ` ${subject.platform}`}`;
  if (problem !== null) return logLine(`⚠️ ${what}: could not scan: ${problem}`);
  const notes = [scanner, note].filter((part) => part !== null).join(', ');
  return logLine(`🔍 ${what}: ${countsText(scan)} (${notes})`);
}

const MARKS = { verified: '✅', refused: '❌', 'could not verify': '⚠️' } as const;

/** One line of the log: `✅ gcr.io/distroless/static: verified: the signature is valid`. */
export function verificationLine({ name, verdict, detail }: Verification): string {
  return logLine(`${MARKS[verdict]} signature of ${name}: ${verdict}: ${detail}`);
}
