import type { Plan } from '../../plan/plan.ts';

/** Options that say where the result goes, or that cost time and prove nothing. */
const DROPPED = new Set([
  '--cache-to',
  '--output',
  '--platform',
  '--attest',
  '--tag',
  '--iidfile',
  '--metadata-file',
  '--annotation',
  '--call',
]);
const FLAGS = new Set(['--push', '--load']);

/** The plan's own build line for one platform, loaded into the engine under a name of ours and pushed nowhere. */
export function checkLine({ argv, builder }: Plan, platform: string | null, tag: string): readonly string[] {
  const words: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    // A builder of our own has not booted yet; one platform the engine's own builds as well.
    if (DROPPED.has(word) || (word === '--builder' && builder.kind === 'own')) index += 1;
    else if (!FLAGS.has(word)) words.push(word);
  }
  const context = words.pop() ?? '.';
  return [
    ...words,
    ...(platform === null ? [] : ['--platform', platform]),
    '--attest',
    'type=provenance,disabled=true',
    '--load',
    '--tag',
    tag,
    context,
  ];
}
