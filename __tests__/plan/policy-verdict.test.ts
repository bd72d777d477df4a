import { expect, test } from 'vitest';
import type { PolicyRule } from '../../src/facts/job-policy.ts';
import { policyVerdict } from '../../src/plan/policy-verdict.ts';

const alpine = 'docker-image://docker.io/library/alpine:3.22';
type MatchType = PolicyRule['selector']['match_type'];

function rule(action: PolicyRule['action'], identifier: string, type: MatchType = 'WILDCARD'): PolicyRule {
  return { action, selector: { identifier, match_type: type } };
}

test.each<[string, readonly PolicyRule[], string]>([
  ['no rule', [], 'allowed'],
  ['another source', [rule('DENY', 'docker-image://quay.io/*')], 'allowed'],
  ['a star', [rule('DENY', 'docker-image://docker.io/*/alpine:*')], 'denied'],
  ['a dot is a dot', [rule('DENY', 'docker-image://docker.io/library/alpine:3?22')], 'allowed'],
  ['the last word counts', [rule('DENY', '*'), rule('ALLOW', alpine)], 'allowed'],
  ['and so does a denial', [rule('ALLOW', '*'), rule('DENY', alpine, 'EXACT')], 'denied'],
  ['exactly another one', [rule('DENY', 'docker-image://docker.io/*', 'EXACT')], 'allowed'],
  ['an expression', [rule('DENY', 'docker[.]io/.*alpine', 'REGEX')], 'denied'],
  ['an expression of Go alone', [rule('DENY', '(?i)quay[', 'REGEX')], 'denied'],
  ['a conversion ends it', [rule('CONVERT', alpine), rule('DENY', '*')], 'converted'],
])('%s', (_, rules, verdict) => {
  expect(policyVerdict(rules, alpine)).toBe(verdict);
});
