import type { VerifyRule } from './settings.ts';

/** What cosign said of one image's signature. */
export interface Verification {
  readonly name: string;
  readonly reference: string;
  readonly rule: VerifyRule;
  readonly verdict: 'verified' | 'refused' | 'could not verify';
  /** Who signed, or why there is no such signature, or what stood in the way. */
  readonly detail: string;
}

/** The first rule that fits an image, by its full name (`docker.io/library/alpine`); null where none does. */
export function ruleFor(rules: readonly VerifyRule[], fullName: string): VerifyRule | null {
  return rules.find(({ pattern }) => globOf(pattern).test(fullName)) ?? null;
}

function globOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
