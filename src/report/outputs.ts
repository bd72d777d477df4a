import type { Result } from './result.ts';
import { lastFailure, strategyOf } from './story.ts';

/** The action's outputs; those that have no value are left out, so that a workflow sees them empty. */
export function outputsOf(result: Result): Readonly<Record<string, string>> {
  const { health } = result;
  return {
    GHA_CACHE_AVAILABLE: String(health.ghaCacheAvailable),
    AVAILABLE_REGISTRIES: health.availableRegistries.join(' '),
    'health-score': String(health.score.total),
    strategy: strategyOf(result),
    attempts: String(result.attempts.length),
    ...filled({
      digest: result.image?.digest,
      imageid: result.image?.imageId,
      metadata: result.metadata,
      ...failureOutputs(result),
    }),
  };
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
