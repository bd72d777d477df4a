import { classify } from './classify.ts';
import { asPrinted } from './paste.ts';
import { isFailure } from './explain.ts';
import { readLog } from './progress.ts';
import { withoutControls } from './text.ts';
import type { Attribution } from './types.ts';

/** What `smart-docker-build diagnose --json` prints. */
export type Diagnosis = Attribution;

/** Explains any build log: class, whether another try is worth it, whose service, which step, and what to do next. */
export function diagnose(text: string): Diagnosis {
  return classify(readLog(asPrinted(text)));
}

/** The diagnosis for people at a terminal. */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  const { step, dockerfile } = diagnosis;
  const number = step?.number === null || step === null ? '' : `#${step.number} `;
  const verdict = diagnosis.retryable ? 'worth another try' : 'final: another try would fail the same way';
  const rows: readonly (readonly [string, string | null])[] = [
    ['class', isFailure(diagnosis) ? `${diagnosis.class} (${verdict})` : null],
    ['component', diagnosis.component],
    ['step', step === null ? null : `${number}${step.name === '' ? step.kind : step.name}`],
    ['next', diagnosis.advice],
  ];
  const lines = [diagnosis.headline, ''];
  for (const [label, value] of rows) if (value !== null) lines.push(`  ${label.padEnd(10)} ${value}`);
  if (dockerfile !== null)
    lines.push('', `  ${dockerfile.file}:${dockerfile.line}`, ...dockerfile.excerpt.map((line) => `  ${line}`));
  if (diagnosis.evidence.length > 0) lines.push('', '  evidence', ...diagnosis.evidence.map((line) => `    ${line}`));
  return withoutControls(`${lines.join('\n')}\n`);
}
