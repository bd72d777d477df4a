import type { RawInputs } from '../raw.ts';
import type { Settings } from '../types.ts';

/** How long a job may run on a self-hosted runner; elsewhere it is less (https://docs.github.com/actions/reference/limits). */
export const JOB_LIMIT_MS = 5 * 24 * 3600 * 1000;

/**
 * docker/build-push-action lets a build take as long as the job may, and so does its replacement: where the user set no
 * limit, nothing is ended that may be at work. What only waits for somebody else is ended as in the other form.
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
    silentWorkMs: limit('stall-timeout', settings.silentWorkMs),
    cacheExportTimeoutMs: limit('cache-export-timeout', settings.cacheExportTimeoutMs),
  };
}
