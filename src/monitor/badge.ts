import { serviceName } from '../report/words.ts';
import type { Check } from './history.ts';

/** What shields.io/endpoint reads (shields.io/badges/endpoint-badge). */
export interface Badge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: 'brightgreen' | 'yellow' | 'orange' | 'red' | 'lightgrey';
}

export function badgeOf({ score, isBlind, services }: Check): Badge {
  const badge = (message: string, color: Badge['color']): Badge => {
    return { schemaVersion: 1, label: 'build infrastructure', message, color };
  };
  if (isBlind) return badge('not known', 'lightgrey');
  const down = services.filter(({ isDown }) => isDown).map(({ name }) => serviceName(name));
  if (down.length > 0)
    return badge(down.length > 2 ? `${down.length} services down` : `${down.join(', ')} down`, 'red');
  return badge(`${score}/100`, score >= 80 ? 'brightgreen' : score >= 60 ? 'yellow' : 'orange');
}
