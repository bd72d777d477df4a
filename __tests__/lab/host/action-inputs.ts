import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';

/** What the runner reads from an action.yml. */
export interface ActionDefinition {
  readonly inputs: Readonly<Record<string, { readonly default?: string | number | boolean | null }>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post?: string };
}

export type InputValues = Readonly<Record<string, string | number | boolean>>;

export async function readAction(folder: string): Promise<ActionDefinition> {
  const content = parse(await readFile(path.join(folder, 'action.yml'), 'utf8')) as Partial<ActionDefinition>;
  if (!content.runs?.main) {
    throw new Error(`lab: ${folder}/action.yml names no program`);
  }
  return { inputs: content.inputs ?? {}, runs: content.runs };
}

/**
 * INPUT_* as the runner sets them: every declared input, given or default; spaces become underscores, dashes stay.
 * Inputs that are not declared are passed on too, with a warning in the log, which is all that a user sees of a typo.
 */
export function inputVariables(
  action: ActionDefinition,
  given: InputValues,
  environment: Readonly<Record<string, string>>,
): { readonly variables: Readonly<Record<string, string>>; readonly warning: string } {
  const declared = Object.entries(action.inputs).map(
    ([name, input]) => [name, evaluate(String(input.default ?? ''), environment)] as const,
  );
  const all = { ...Object.fromEntries(declared), ...given };
  const variables = Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, String(value)]),
  );
  const unknown = Object.keys(given).filter((name) => !(name in action.inputs));
  const valid = Object.keys(action.inputs).map((name) => `'${name}'`);
  const list = unknown.map((name) => `'${name}'`).join(', ');
  const warning = `##[warning]Unexpected input(s) ${list}, valid inputs are [${valid.join(', ')}]\n`;
  return { variables, warning: unknown.length > 0 ? warning : '' };
}

/** Only what defaults of actions use: `${{ github.x }}` and `${{ runner.x }}`. */
function evaluate(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{\s*(github|runner)\.(\w+)\s*\}\}/g, (_, context: string, name: string) => {
    const variable = `${context}_${name}`.toUpperCase();
    return variable === 'GITHUB_TOKEN' ? 'ghs_labWorkflowToken0000000000000000000000' : (environment[variable] ?? '');
  });
}
