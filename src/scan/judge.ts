import type { Scan } from './findings.ts';
import { atLeast, type ScanSettings } from './settings.ts';
import type { Verification } from './verification.ts';

/** Why an image must not be used as it is, by the user's own policy; or null. */
export function scanObjection(scan: Scan, settings: ScanSettings): string | null {
  if (scan.problem !== null) return settings.unable === 'fail' ? `could not be scanned: ${scan.problem}` : null;
  if (settings.failOn === null) return null;
  const bad = atLeast(settings.failOn).flatMap((severity) => {
    const count = scan.counts[severity] ?? 0;
    return count === 0 ? [] : [`${count} ${severity.toLowerCase()}`];
  });
  if (bad.length === 0) return null;
  const ids = scan.worst.slice(0, 3).map(({ id }) => id);
  return `has findings: ${bad.join(', ')}${ids.length === 0 ? '' : ` (${ids.join(', ')}${scan.worst.length > 3 ? ', …' : ''})`}`;
}

/** Why an image must not be used for its signature; or null. */
export function signatureObjection({ verdict, rule, detail }: Verification): string | null {
  switch (verdict) {
    case 'verified':
      return null;
    case 'refused':
      return `its signature is refused: ${detail}`;
    case 'could not verify':
      return rule.unable === 'fail' ? `its signature could not be verified: ${detail}` : null;
  }
}
