import { outputsOf } from './outputs.ts';
import type { Result } from './result.ts';

/** Everything that happened, for machines: report.json, described by docs/report.schema.json. */
export interface Report extends Omit<Result, 'facts'> {
  readonly version: 1;
  readonly facts: unknown;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The result as report.json has it: the runner's token is left out, whatever else is kept from readers by redaction. */
export function reportOf(result: Result): Report {
  const { cacheService, ...runner } = result.facts.runner;
  const service = cacheService === null ? null : { version: cacheService.version, url: cacheService.url };
  return {
    version: 1,
    ...result,
    facts: { ...result.facts, runner: { ...runner, cacheService: service } },
    outputs: outputsOf(result),
  };
}
