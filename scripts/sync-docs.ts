/** Writes action.yml and the README's tables from the table of inputs: `node scripts/sync-docs.ts`. */
import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { actionDefinition, dropInTable, inputsTable, outputsTable, withSection } from './docs/contract.ts';
import { schemaFiles } from './docs/schemas.ts';

await writeFile('action.yml', stringify(actionDefinition(), { lineWidth: 0 }));
const readme = await readFile('README.md', 'utf8');
const inputs = withSection(withSection(readme, 'inputs', inputsTable()), 'drop-in-inputs', dropInTable());
await writeFile('README.md', withSection(inputs, 'outputs', outputsTable()));
for (const [file, text] of Object.entries(schemaFiles())) await writeFile(file, text);
