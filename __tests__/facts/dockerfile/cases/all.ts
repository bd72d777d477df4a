import { argumentCases } from './arguments.ts';
import type { Case } from './case.ts';
import { contextCases } from './contexts.ts';
import { heredocCases } from './heredocs.ts';
import { lexicalCases } from './lexical.ts';
import { platformCases } from './platforms.ts';
import { referenceCases } from './references.ts';
import { sourceCases } from './sources.ts';
import { stageCases } from './stages.ts';

export const caseGroups: Readonly<Record<string, readonly Case[]>> = {
  references: referenceCases,
  stages: stageCases,
  sources: sourceCases,
  arguments: argumentCases,
  platforms: platformCases,
  contexts: contextCases,
  'lines and directives': lexicalCases,
  heredocs: heredocCases,
};
