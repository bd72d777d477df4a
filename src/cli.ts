import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from './cli-arguments.ts';
import { settingsHelp, usage } from './cli-usage.ts';

/* The entry point of the command line. What a run needs is loaded for a run only: help is there at once. */

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const command = readArguments(argv);
  switch (command.kind) {
    case 'help':
      process.stdout.write(`${command.topic === 'settings' ? settingsHelp() : usage()}\n`);
      return 0;
    case 'version':
      process.stdout.write(`smart-docker-build ${await ownVersion()}\n`);
      return 0;
    case 'wrong':
      process.stderr.write(`${command.problem}\nTry smart-docker-build --help\n`);
      return 2;
    case 'run':
    case 'watch':
    case 'lock':
    case 'stats':
    case 'mirrors':
    case 'diagnose': {
      const { carryOut } = await import('./command-line.ts');
      return await carryOut(command);
    }
  }
}

/** From package.json, which is one folder up from the sources and from the bundle alike. */
async function ownVersion(): Promise<string> {
  const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'package.json');
  return /"version": "([^"]+)"/.exec(await readFile(file, 'utf8'))?.[1] ?? 'of an unknown version';
}
