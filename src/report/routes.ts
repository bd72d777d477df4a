import type { ImageRoute } from '../plan/plan.ts';
import { listed } from './words.ts';

/** The host that a Dockerfile's own image name leads to. */
export function upstreamHost(route: ImageRoute): string | null {
  return route.answers.find((answer) => answer.kind === 'upstream')?.host ?? null;
}

/** How the warm store is called where others have the name of a host. */
const STORE = 'the warm store';

/** The host that an image comes from, as people name it. */
export function servedBy(route: ImageRoute): string {
  switch (route.choice.kind) {
    case 'upstream':
      return upstreamHost(route) ?? 'upstream';
    case 'mirror':
      return route.choice.host;
    case 'store':
      return STORE;
    case 'none':
      return '⚠️ no route';
  }
}

/** Who vouches for what the host serves. */
export function confirmation(route: ImageRoute): string {
  const { choice } = route;
  switch (choice.kind) {
    case 'upstream':
      return choice.reason;
    case 'mirror':
      return isConfirmed(choice) ? `same digest as ${choice.confirmedBy}` : `⚠️ confirmed by ${choice.confirmedBy}`;
    case 'store':
      return `${choice.isOld ? '⚠️ ' : ''}confirmed by ${choice.confirmedBy}`;
    case 'none':
      return choice.remedy === null ? choice.reason : `${choice.reason}; ${choice.remedy}`;
  }
}

/** The same, and why this host was taken and not the next. */
export function whyThere(route: ImageRoute): string {
  const preference = route.choice.kind === 'mirror' ? route.choice.preference : undefined;
  return [confirmation(route), ...(preference === undefined ? [] : [preference])].join('; ');
}

/** What mirrors and the warm store served in these routes: `golang:1.24-alpine from mirror.gcr.io, same digest`, or null for nothing. */
export function servedInstead(routes: readonly ImageRoute[]): string | null {
  const byHost = new Map<string, { names: string[]; confirmed: boolean }>();
  for (const { name, choice } of routes) {
    if (choice.kind !== 'mirror' && choice.kind !== 'store') continue;
    const host = choice.kind === 'store' ? STORE : choice.host;
    const entry = byHost.get(host) ?? { names: [], confirmed: true };
    const confirmed = entry.confirmed && (choice.kind === 'store' || isConfirmed(choice));
    byHost.set(host, { names: [...entry.names, name], confirmed });
  }
  const parts = [...byHost].map(([host, { names, confirmed }]) => {
    const what = names.length > 3 ? `${names.length} images` : listed(names);
    return `${what} from ${host}, ${confirmed ? 'same digest' : 'digest not confirmed'}`;
  });
  return parts.length === 0 ? null : parts.join('; ');
}

/** One mirror's word alone is no confirmation; the user has to allow it, and to see it. */
function isConfirmed(choice: Extract<ImageRoute['choice'], { kind: 'mirror' }>): boolean {
  return choice.confirmedBy !== '' && !choice.confirmedBy.startsWith('nobody');
}
