import type { Case, Observed } from './case.ts';

/** One thing that the two sides did differently. */
export interface Difference {
  readonly what: string;
  readonly original: string;
  readonly ours: string;
  /** Why it is meant to be so, or null where nobody knows. */
  readonly explanation: string | null;
}

/** Compares what people can see: the command line, the exit code, the outputs, the error, what is masked and annotated. */
export function compare(one: Case, original: Observed, ours: Observed): readonly Difference[] {
  const differences: Difference[] = [];
  const check = (what: string, theirs: unknown, own: unknown, explanation: string | null = null): void => {
    const [a, b] = [show(theirs), show(own)];
    if (a !== b) differences.push({ what, original: a, ours: b, explanation });
  };
  const line =
    explainedRefusal(one, ours) ?? explainedLine(one, original.argv, withoutIgnoreError(original.argv, ours.argv));
  check('argv', original.argv, withoutIgnoreError(original.argv, ours.argv), line);
  check('exit code', original.exitCode, ours.exitCode, line);
  check('builds', original.builds, ours.builds, line);
  for (const name of ['imageid', 'digest', 'metadata'])
    check(`output ${name}`, original.outputs[name], ours.outputs[name], line);
  const buildError = original.argv === null ? undefined : original.errors[0];
  if (buildError !== undefined) check('error', true, ours.errors.includes(buildError), line);
  const unmasked = original.argv === null ? [] : original.masks.filter((mask) => !ours.masks.includes(mask));
  check('masks that are missing', [], unmasked, line ?? explainedMasks(unmasked, ours.masks));
  const open = ours.secretModes.filter((mode) => mode !== '600');
  check('secrets that others can read', [], open);
  // `./test/Dockerfile` and `test/Dockerfile` are one place.
  const theirs = original.annotations.map((text) => text.replace('file=./', 'file='));
  check('annotations', theirs, ours.annotations, line ?? explainedPlace(one, original, ours));
  return differences;
}

/** The one difference that is meant: exports that nobody said anything about do not fail a build. */
function withoutIgnoreError(
  original: readonly string[] | null,
  ours: readonly string[] | null,
): readonly string[] | null {
  if (ours === null) return null;
  return ours.map((word, index) => {
    const bare = word.replace(/,ignore-error=true$/, '');
    return ours[index - 1] === '--cache-to' && original?.includes(bare) === true ? bare : word;
  });
}

/** The same step with one kind of line ends in every list, or null where there is only one. */
export function withoutMixedLines(one: Case): Case | null {
  const isMixed = ([name, text]: readonly [string, string]): boolean =>
    text.includes('\r\n') && /(^|[^\r])\n/.test(name === 'secrets' ? text : text.trim());
  const entries = Object.entries(one.inputs);
  if (!entries.some(isMixed)) return null;
  const straight = entries.map(([name, text]) => [name, isMixed([name, text]) ? text.replaceAll('\r\n', '\n') : text]);
  return { ...one, inputs: Object.fromEntries(straight) as Case['inputs'] };
}

/** Wrong inputs are refused before anybody knows whether this buildx would have been given them. */
function explainedRefusal(one: Case, ours: Observed): string | null {
  const isOld = /^v0\.[4-9]\./.test(one.world.buildx ?? '');
  const isMalformed = ours.errors.some((error) => error.includes('is not a list of attributes'));
  return isOld && isMalformed ? 'the original does not read attestations for a buildx that has none' : null;
}

/** The defects that are not copied; each is checked to be the whole of the difference. */
function explainedLine(one: Case, original: readonly string[] | null, ours: readonly string[] | null): string | null {
  if (show(original) === show(ours)) return null;
  if (original === null || ours === null) return null;
  if (original.some((word) => word.includes('&#x3D;'))) {
    const unescaped = original.map((word) => word.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'));
    if ([ours, withoutGitToken(ours)].some((words) => show(words) === show(unescaped)))
      return 'the original escapes the query of a Git context for HTML';
  }
  if (one.world.builder.nodes.includes('v0.0.0+unknown') && show(original) === show(withoutDefaultProvenance(ours))) {
    return 'the original takes a BuildKit without a version for an old one';
  }
  return null;
}

/** A runner hides every line of what it is told to hide: ours leaves out those that would hide half the log. */
function explainedMasks(unmasked: readonly string[], ours: readonly string[]): string | null {
  const lines = unmasked.flatMap((mask) => mask.split(/(?:%0D)?%0A/)).map((line) => line.trim());
  const isHidden = lines.every((line) => line.length < 4 || ours.includes(line));
  return isHidden ? 'ours masks a secret line by line, without lines of fewer than four characters' : null;
}

/** Findings in a Git context: the original knows no directory of one, and no server but GitHub's. */
function explainedPlace(one: Case, original: Observed, ours: Observed): string | null {
  const context = ours.argv?.at(-1) ?? '';
  const withoutDirectory = ({ annotations }: Observed): string =>
    show(annotations.map((text) => text.replace(/file=[^,]*\//, 'file=')));
  if (/#[^:]+:./.test(context) && withoutDirectory(ours) === withoutDirectory(original)) {
    return 'the original annotates the wrong file where a Git context has a directory';
  }
  if (original.annotations.every((text) => text.includes('file=/')) && ours.annotations.length === 0) {
    return 'the original annotates a file outside the repository';
  }
  const server = one.env['GITHUB_SERVER_URL'] ?? 'https://github.com';
  if (!context.startsWith(server) && ours.annotations.length === 0) {
    return "the original takes a namesake on GitHub for the workflow's own repository";
  }
  const isEnterprise = context.startsWith(server) && !/^https:\/\/([^/]+\.)?(github|ghe)\.com$/.test(server);
  if (isEnterprise && original.annotations.length === 0)
    return 'the original annotates nothing on GitHub Enterprise Server';
  return null;
}

function withoutGitToken(words: readonly string[]): readonly string[] {
  return withoutPair(words, '--secret', (value) => value.startsWith('id=GIT_AUTH_TOKEN.'));
}

function withoutDefaultProvenance(words: readonly string[]): readonly string[] {
  return withoutPair(words, '--attest', (value) =>
    /^type=provenance,(mode=max|mode=min,inline-only=true),builder-id=http/.test(value),
  );
}

function withoutPair(words: readonly string[], option: string, is: (value: string) => boolean): readonly string[] {
  const at = words.findIndex((word, index) => words[index - 1] === option && is(word));
  return at === -1 ? words : words.filter((_, index) => index !== at && index !== at - 1);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
