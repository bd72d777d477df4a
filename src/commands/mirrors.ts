import { columns } from '../report/columns.ts';
import { duration, latency } from '../report/words.ts';
import type { HealthPorts } from '../health/ports.ts';
import { catalogueText, proposed, unifiedDiff } from '../mirrors/catalogue-text.ts';
import { checkMirrors, type MirrorQuestion } from '../mirrors/check.ts';
import type { CheckedMirror } from '../mirrors/judge.ts';
import { catalogue } from '../registry/catalogue.ts';
import type { Streams } from './streams.ts';

/** Where the catalogue is in this project's repository. */
const CATALOGUE_FILE = 'src/registry/catalogue.json';

/** How the result is printed. */
export type MirrorFormat = 'text' | 'json' | 'diff';

/** Checks the mirrors and prints what was found; gives back the exit code: 3 where not one of them could be judged. */
export async function printMirrorCheck(
  question: MirrorQuestion,
  format: MirrorFormat,
  ports: Pick<HealthPorts, 'http' | 'registry'>,
  signal: AbortSignal,
  { stdout, stderr }: Streams,
): Promise<number> {
  const checked = await checkMirrors(question, ports, signal);
  const diff = catalogueDiff(checked, question.day);
  switch (format) {
    case 'json':
      stdout.write(`${JSON.stringify({ version: 1, mirrors: checked, diff }, null, 2)}\n`);
      break;
    case 'diff':
      stdout.write(diff);
      break;
    case 'text':
      stdout.write(`${[...mirrorTable(checked), '', diffIntroduction(diff), diff].join('\n').trimEnd()}\n`);
  }
  if (checked.some(({ verdict }) => verdict !== 'not judged')) return 0;
  stderr.write('mirrors: nothing could be judged: no registry answered from here\n');
  return 3;
}

function diffIntroduction(diff: string): string {
  return diff === '' ? 'The catalogue says what was found.' : 'A change of the catalogue (--diff prints only this):\n';
}

function mirrorTable(checked: readonly CheckedMirror[]): readonly string[] {
  const rows = checked.map(({ entry, samples, verdict, proposal }) => {
    const times = samples.flatMap(({ latencyMs }) => latencyMs ?? []);
    const behind = Math.max(0, ...samples.flatMap(({ behindMs }) => behindMs ?? []));
    const equal = samples.filter(({ result }) => result === 'equal').length;
    const bad = samples.find(({ result }) => result !== 'equal');
    return [
      entry.mirror,
      entry.kind === 'registry' ? entry.upstream : entry.kind,
      entry.index === null ? 'your own' : entry.state,
      verdict,
      `${equal}/${samples.length}`,
      times.length === 0 ? '' : latency(Math.max(...times)),
      behind === 0 ? '' : duration(behind / 1000),
      proposal?.reason ?? bad?.evidence ?? '',
    ];
  });
  return columns([['Mirror', 'Of', 'Listed as', 'Found', 'Equal', 'Slowest', 'Behind', 'Why'], ...rows]);
}

/** The catalogue's file as it should be, as a unified diff; empty where nothing is proposed. */
export function catalogueDiff(checked: readonly CheckedMirror[], day: string): string {
  const proposals = new Map(
    checked.flatMap(({ entry, proposal }) =>
      entry.index === null || proposal === null ? [] : [[entry.index, proposal] as const],
    ),
  );
  const after = catalogue.map((entry, index) => {
    const proposal = proposals.get(index);
    return proposal === undefined ? entry : proposed(entry, proposal, day);
  });
  return unifiedDiff(CATALOGUE_FILE, catalogueText(catalogue), catalogueText(after));
}
