import { dirname } from 'node:path';
import type { Result } from './result.ts';
import { substitutionText } from '../plan/substitutions.ts';
import { lastFailure, lastPlan, strategyOf } from './story.ts';

/** The action's outputs; those that have no value are left out, so that a workflow sees them empty. */
export function outputsOf(result: Result): Readonly<Record<string, string>> {
  const { health } = result;
  return {
    GHA_CACHE_AVAILABLE: String(health.ghaCacheAvailable),
    AVAILABLE_REGISTRIES: health.availableRegistries.join(' '),
    'health-score': String(health.score.total),
    strategy: strategyOf(result),
    attempts: String(result.attempts.length),
    ...builtOutputs(result),
    ...filled({ substitutions: substitutionsText(result) }),
    ...filled(failureOutputs(result)),
    ...filled({ sarif: sarifDirectory(result) }),
  };
}

/**
 * What docker/build-push-action gives, each where there is something, also after a failure. They go to other steps word
 * for word: a short secret must not eat a part of a digest.
 */
export function builtOutputs(result: Result): Readonly<Record<string, string>> {
  return filled({
    digest: result.digest ?? result.image?.digest,
    imageid: result.imageId ?? result.image?.imageId,
    metadata: prettyJson(result.metadata),
  });
}

/** Two spaces a level; what is no JSON as it is, and nothing for `null`. */
function prettyJson(text: string | null): string | null {
  try {
    const value = JSON.parse(text ?? 'null') as unknown;
    return value === null ? null : JSON.stringify(value, null, 2);
  } catch {
    return text;
  }
}

/** Bases that stand in for others in the image that was built, one a line. */
function substitutionsText(result: Result): string {
  if (result.verdict !== 'built') return '';
  return (lastPlan(result)?.substitutions ?? []).map(substitutionText).join('\n');
}

/** The directory with the SARIF files, as github/codeql-action/upload-sarif takes it. */
function sarifDirectory({ scans = [] }: Result): string | null {
  const file = scans.find(({ sarif }) => sarif !== null)?.sarif;
  return file === undefined || file === null ? null : dirname(file);
}

function failureOutputs(result: Result): Readonly<Record<string, string | null | undefined>> {
  const failure = lastFailure(result)?.failure;
  if (failure === undefined || result.verdict !== 'failed') return {};
  return {
    'failure-class': failure.class,
    'failure-step': failure.step?.name,
    'failure-component': failure.component,
  };
}

function filled(values: Readonly<Record<string, string | null | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
