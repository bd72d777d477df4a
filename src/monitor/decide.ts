import type { Check } from './history.ts';

/** Checks in a row in which a service must be down before people are told: one is a hiccup. */
export const ROW = 3;

/** The open issue of an earlier check, and the services that it names. */
export interface OpenIssue {
  readonly number: number;
  readonly services: readonly string[];
}

export type IssueStep =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'open'; readonly services: readonly string[] }
  /** `news`: services that came or went since, for a comment; empty where only the text is brought up to date. */
  | {
      readonly kind: 'update';
      readonly number: number;
      readonly services: readonly string[];
      readonly came: readonly string[];
      readonly went: readonly string[];
    }
  | { readonly kind: 'close'; readonly number: number; readonly went: readonly string[] };

/**
 * What becomes of the one issue after a check. A check that saw nothing changes nothing. Pure.
 *
 * @param checks so far, oldest first, the new one last
 */
export function decide(checks: readonly Check[], issue: OpenIssue | null): IssueStep {
  const last = checks.at(-1);
  if (last === undefined || last.isBlind) return { kind: 'nothing' };
  const lasting = downInARow(checks);
  if (issue === null) return lasting.length === 0 ? { kind: 'nothing' } : { kind: 'open', services: lasting };
  const down = downIn(last);
  const went = issue.services.filter((name) => !down.includes(name));
  const services = [...new Set([...issue.services.filter((name) => down.includes(name)), ...lasting])];
  if (services.length === 0) return { kind: 'close', number: issue.number, went };
  const came = services.filter((name) => !issue.services.includes(name));
  return { kind: 'update', number: issue.number, services, came, went };
}

function downIn(check: Check): readonly string[] {
  return check.services.filter(({ isDown }) => isDown).map(({ name }) => name);
}

function downInARow(checks: readonly Check[]): readonly string[] {
  const row = checks.filter(({ isBlind }) => !isBlind).slice(-ROW);
  const [first, ...rest] = row;
  if (first === undefined || row.length < ROW) return [];
  return downIn(first).filter((name) => rest.every((check) => downIn(check).includes(name)));
}

/** Since when a service is down, milliseconds since the epoch, as far as the checks go back; null where it is not. */
export function downSince(checks: readonly Check[], name: string): number | null {
  let since: number | null = null;
  for (const check of checks.filter(({ isBlind }) => !isBlind).toReversed()) {
    if (!downIn(check).includes(name)) break;
    since = check.atMs;
  }
  return since;
}
