import { goBoolean } from './booleans.ts';

/** What docker/build-push-action's own variables turn on and off (its README, "environment variables"). */
export interface Switches {
  /** DOCKER_BUILD_SUMMARY: whether the job gets a summary. */
  readonly summary: boolean;
  /** DOCKER_BUILD_CHECKS_ANNOTATIONS: whether build checks become annotations. */
  readonly checkAnnotations: boolean;
  /** DOCKER_BUILD_RECORD_UPLOAD: whether the build record may be kept as an artifact. */
  readonly recordUpload: boolean;
  /** DOCKER_BUILD_RECORD_RETENTION_DAYS; null or 0 is the repository's own. */
  readonly recordRetentionDays: number | null;
}

export const DEFAULT_SWITCHES: Switches = {
  summary: true,
  checkAnnotations: true,
  recordUpload: true,
  recordRetentionDays: null,
};

/**
 * Reads the variables. The first two fail the original's step once it has built, so they are problems here, before it is
 * built; the other two only ever cost it a warning.
 */
export function readSwitches(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
  warnings: string[],
): Switches {
  const isOn = (name: string, complaints: string[]): boolean => {
    const text = env[name] ?? '';
    const value = text === '' ? true : goBoolean(text);
    if (value === null) complaints.push(`${name}: "${text}" is neither true nor false`);
    return value ?? true;
  };
  return {
    summary: isOn('DOCKER_BUILD_SUMMARY', problems),
    checkAnnotations: isOn('DOCKER_BUILD_CHECKS_ANNOTATIONS', problems),
    recordUpload: isOn('DOCKER_BUILD_RECORD_UPLOAD', warnings),
    recordRetentionDays: readDays(env['DOCKER_BUILD_RECORD_RETENTION_DAYS'] ?? '', warnings),
  };
}

function readDays(text: string, warnings: string[]): number | null {
  if (text === '') return null;
  const days = Number.parseInt(text, 10);
  if (Number.isNaN(days))
    warnings.push(`DOCKER_BUILD_RECORD_RETENTION_DAYS: Invalid build record retention days: ${text}`);
  return Number.isNaN(days) ? null : days;
}
