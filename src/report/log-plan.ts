import type { CacheChoice, ImageRoute, Plan } from '../plan/plan.ts';
import { logLine } from './clean.ts';
import { columns } from './columns.ts';
import { confirmation, servedBy } from './routes.ts';
import { duration, shortDigest } from './words.ts';

/** The plan as people read it: what is built from where, and why. */
export function planLines(plan: Plan): readonly string[] {
  return [
    `Strategy    ${plan.strategy}: ${logLine(plan.reason)}`,
    `Dockerfile  ${logLine(dockerfileText(plan))}`,
    ...(plan.dockerfile.rewrite === undefined ? [] : [`            ${logLine(plan.dockerfile.rewrite.reason)}`]),
    `Builder     ${builderText(plan)}`,
    `Deadline    ${duration(plan.deadlineMs / 1000)}`,
    ...section('Sources', columns(plan.images.map(sourceRow))),
    ...section(
      'Substitutions',
      plan.substitutions.map((one) => logLine(`⚠️ ${one.arg}: ${one.to} in place of ${one.from}: ${one.reason}`)),
    ),
    ...section('Caches', columns(plan.caches.map(cacheRow))),
    ...section(
      'Missing',
      plan.missing.map((text) => logLine(`⚠️ ${text}`)),
    ),
  ];
}

/** Its name and where it is from; the whole path only where the user gave one. */
export function dockerfileText(plan: Plan): string {
  const { file } = plan.dockerfile;
  const name = file.origin === 'given' ? file.path : (file.path.split('/').at(-1) ?? file.path);
  return `${name} (${originText(plan)})`;
}

function originText(plan: Plan): string {
  const { kind, file } = plan.dockerfile;
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

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function sourceRow(route: ImageRoute): readonly string[] {
  const { choice } = route;
  const digest = choice.kind === 'none' ? null : choice.digest;
  return [route.name, servedBy(route), digest === null ? '' : shortDigest(digest), confirmation(route)];
}

function cacheRow(cache: CacheChoice): readonly string[] {
  const use = cache.value === null ? 'left out' : 'asked';
  return [cache.backend, cache.direction, use, cache.reason];
}
