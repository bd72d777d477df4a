import type { RawInputs } from '../raw.ts';
import type { Settings } from '../types.ts';

/** How long a job may run on a self-hosted runner; elsewhere it is less (https://docs.github.com/actions/reference/limits). */
export const JOB_LIMIT_MS = 5 * 24 * 3600 * 1000;

/**
 * docker/build-push-action lets a build take as long as the job may, and so does its replacement: only limits that the
 * user set hold in this form.
 */
export function withoutHurry(settings: Settings, raw: RawInputs): Settings {
  const limit = (name: string, ms: number): number => (raw(name).isDefault ? JOB_LIMIT_MS : ms);
  const { optimal, resilient, conservative, emergency } = settings.buildTimeoutMs;
  return {
    ...settings,
    buildTimeoutMs: {
      optimal: limit('build-timeout-optimal', optimal),
      resilient: limit('build-timeout-resilient', resilient),
      conservative: limit('build-timeout-conservative', conservative),
      emergency: limit('build-timeout-emergency', emergency),
    },
    stallTimeoutMs: limit('stall-timeout', settings.stallTimeoutMs),
    cacheExportTimeoutMs: limit('cache-export-timeout', settings.cacheExportTimeoutMs),
  };
}
