import type { Settings } from '../inputs/types.ts';
import type { Plan } from './plan.ts';

/**
 * Why a plan must not be run at all, or null. Without a route BuildKit asks the registry that the Dockerfile names, by its
 * tag: that is the one thing that `locked`, `mirrors-only` and `offline` rule out. What nobody could read may name anything.
 *
 * @param unread why it is not known what the Dockerfile needs, or null
 */
export function forbidden(
  { images, builder }: Pick<Plan, 'images' | 'builder'>,
  { locked, mirrorsOnly, offline }: Settings,
  unread: string | null,
): string | null {
  if (!locked && !mirrorsOnly && !offline) return null;
  const rule = offline ? 'offline: true' : locked ? 'locked: true' : 'mirrors-only: true';
  if (unread !== null) return `${rule} cannot be kept: ${unread}`;
  const problems = images.flatMap(({ name, choice, purpose }) => {
    if (choice.kind !== 'none' || choice.via !== undefined || purpose === 'builder') return [];
    return [`${name}: ${choice.reason}${choice.remedy === null ? '' : `; ${choice.remedy}`}`];
  });
  if (builder.kind === 'current' && builder.barred !== undefined)
    return `no builder is left: ${builder.barred}; boot it beforehand, or name a mirror that has its image`;
  return problems.length === 0 ? null : `${rule} leaves no source for ${problems.join('; ')}`;
}
