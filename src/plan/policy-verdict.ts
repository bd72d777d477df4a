import type { PolicyRule } from '../facts/job-policy.ts';

/** What a source policy does with a source: lets it be, forbids it, or puts another one in its place. */
export type PolicyVerdict = 'allowed' | 'denied' | 'converted';

/**
 * Judges a source as BuildKit does (moby/buildkit sourcepolicy/engine.go `evaluatePolicy`): the last matching ALLOW or DENY
 * wins, and a CONVERT ends it. What cannot be judged here counts as the policy's business.
 *
 * @param identifier such as `docker-image://docker.io/library/alpine:3.22`
 */
export function policyVerdict(rules: readonly PolicyRule[], identifier: string): PolicyVerdict {
  let verdict: PolicyVerdict = 'allowed';
  for (const rule of rules) {
    if (!matches(rule, identifier)) continue;
    if (rule.action === 'CONVERT') return 'converted';
    verdict = rule.action === 'DENY' ? 'denied' : 'allowed';
  }
  return verdict;
}

function matches({ selector }: PolicyRule, identifier: string): boolean {
  if (selector.identifier === identifier) return true;
  switch (selector.match_type) {
    case 'EXACT':
      return false;
    case 'REGEX':
      return isMatch(selector.identifier, identifier);
    case 'WILDCARD': {
      // util/wildcard/wildcard.go: a star is anything, everything else is itself.
      const parts = selector.identifier.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
      return isMatch(`^${parts.join('(.*)')}$`, identifier);
    }
  }
}

/** An expression that only Go understands might match. */
function isMatch(expression: string, text: string): boolean {
  try {
    return new RegExp(expression).test(text);
  } catch {
    return true;
  }
}
