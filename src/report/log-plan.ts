import { shellLine } from '../plan/argv.ts';
import type { CacheChoice, ImageRoute, Plan, Substitution } from '../plan/plan.ts';
import { substitutionWords } from '../plan/substitutions.ts';
import { cleanLines, logLine, withoutCommands } from './clean.ts';
import { columns } from './columns.ts';
import { servedBy, whyThere } from './routes.ts';
import { deadlineText, shortDigest } from './words.ts';

/** Rows under a heading; those without one have their own words at the left. */
interface Section {
  readonly title: string | null;
  readonly rows: readonly (readonly string[])[];
}

/** The plan as people read it: what is built from where, and why. */
export function planLines(plan: Plan): readonly string[] {
  return sectionsOf(plan).flatMap(sectionLines);
}

/** What another plan says differently, and nothing of what stays; empty where it is the same again. */
export function changedPlanLines(before: Plan, after: Plan): readonly string[] {
  const known = new Set(sectionsOf(before).flatMap(({ title, rows }) => rows.map((row) => keyOf(title, row))));
  const changed = sectionsOf(after).map(({ title, rows }) => ({
    title,
    rows: rows.filter((row) => !known.has(keyOf(title, row))),
  }));
  return changed.flatMap(sectionLines);
}

function keyOf(title: string | null, row: readonly string[]): string {
  return JSON.stringify([title, ...row]);
}

/** The command as it can be pasted into a shell: one line, unless an argument itself has several. */
export function commandLines(plan: Plan): readonly string[] {
  return cleanLines(shellLine(plan.argv)).split('\n').map(withoutCommands);
}

function sectionsOf(plan: Plan): readonly Section[] {
  const { rewrite } = plan.dockerfile;
  return [
    {
      title: null,
      rows: [
        ['Strategy', `${plan.strategy}: ${plan.reason}`],
        ['Dockerfile', dockerfileText(plan)],
        ...(rewrite === undefined ? [] : [['', rewrite.reason]]),
        ['Builder', builderText(plan)],
        ['Deadline', deadlineText(plan.deadlineMs)],
      ],
    },
    { title: 'Sources', rows: plan.images.map(sourceRow) },
    {
      title: 'Substitutions',
      rows: plan.substitutions.map((one) => [substitutionRow(one)]),
    },
    { title: 'Caches', rows: cacheRows(plan.caches) },
    { title: 'Missing', rows: plan.missing.map((text) => [`⚠️ ${text}`]) },
  ];
}

function substitutionRow(one: Substitution): string {
  const trial = one.trial === 'outstanding' ? '; not tried yet: an image on it must be built and start first' : '';
  return `⚠️ ${substitutionWords(one)}: ${one.reason}${trial}`;
}

/** As wide as the longest word at the left, also where that row is left out. */
const LABEL_WIDTH = 'Dockerfile'.length;

function sectionLines({ title, rows }: Section): readonly string[] {
  if (rows.length === 0) return [];
  if (title === null) {
    return rows.map(([label = '', text = '']) => `${label.padEnd(LABEL_WIDTH)}  ${logLine(text)}`);
  }
  return [title, ...columns(rows).map((line) => `  ${line}`)];
}

/** Its name and where it is from; the whole path only where the user gave one. */
export function dockerfileText(plan: Plan): string {
  const { file } = plan.dockerfile;
  const name = file.origin === 'given' ? file.path : (file.path.split('/').at(-1) ?? file.path);
  return `${name} (${originText(plan)}${readingText(plan)})`;
}

/** Of a context that BuildKit fetches: whether anybody has seen it before. */
function readingText({ dockerfile }: Plan): string {
  const { remote } = dockerfile.file;
  if (remote === undefined) return '';
  return remote.kind === 'read' ? `, read ${remote.from}` : ', which only BuildKit will read';
}

function originText(plan: Plan): string {
  const { kind, file } = plan.dockerfile;
  if (kind === 'outside') return 'made for this emergency: a program compiled outside of Docker, on scratch';
  switch (file.origin) {
    case 'given':
      return kind === 'resilient' ? 'the resilient sibling of the given one' : 'as given';
    case 'repository':
      return kind === 'resilient' ? "the repository's resilient one" : "the repository's own";
    case 'bundled':
      return kind === 'resilient' ? 'the bundled resilient one for Go services' : 'the bundled one for Go services';
  }
}

export function builderText(plan: Plan): string {
  const { builder } = plan;
  switch (builder.kind) {
    case 'current':
      return logLine(`${builder.name ?? 'default'}${builder.driver === null ? '' : ` (${builder.driver})`}`);
    case 'own':
      return logLine(`${builder.name}, a docker-container builder of its own: ${builder.reason}`);
  }
}

function sourceRow(route: ImageRoute): readonly string[] {
  const { choice } = route;
  const digest = choice.kind === 'none' ? null : choice.digest;
  return [route.name, servedBy(route), digest === null ? '' : shortDigest(digest), whyThere(route)];
}

/** A row a cache; what is left out for one reason is one row. */
function cacheRows(caches: readonly CacheChoice[]): readonly (readonly string[])[] {
  const byReason = new Map<string, readonly CacheChoice[]>();
  for (const cache of caches) {
    const key = cache.value === null ? `left out ${cache.reason}` : `asked ${byReason.size}`;
    byReason.set(key, [...(byReason.get(key) ?? []), cache]);
  }
  return [...byReason.values()].flatMap((group) =>
    isWhole(group) ? [rowOf(group)] : group.map((one) => rowOf([one])),
  );
}

/** Whether each of the backends is in it in each of the directions, so that one row says neither more nor less. */
function isWhole(group: readonly CacheChoice[]): boolean {
  const [backends, directions] = [namesOf(group, 'backend'), namesOf(group, 'direction')];
  return backends.every((backend) =>
    directions.every((direction) => group.some((one) => one.backend === backend && one.direction === direction)),
  );
}

function rowOf(group: readonly CacheChoice[]): readonly string[] {
  const use = group[0]?.value == null ? 'left out' : 'asked';
  return [namesOf(group, 'backend').join(', '), namesOf(group, 'direction').join(', '), use, group[0]?.reason ?? ''];
}

function namesOf(group: readonly CacheChoice[], key: 'backend' | 'direction'): readonly string[] {
  return [...new Set(group.map((cache) => cache[key]))];
}
