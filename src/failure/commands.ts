import { fetchers } from './fetchers.ts';
import type { Fetcher } from './fetchers.ts';

/** What the commands of a RUN step are for, as far as their first words tell. */
export interface Purpose {
  /** The programs in it that fetch from other machines. */
  readonly fetchers: readonly Fetcher[];
  /** A test run or a check of a service is among them: what it says about the network is its subject. */
  readonly tests: boolean;
  /** A program of the build's own is among them: what it expects of whom, only its author knows. */
  readonly own: boolean;
}

const testing =
  /^(?:(?:npx|pnpx|bunx|bun x|(?:npm|yarn|pnpm)(?: exec| dlx| run)?(?: --)?|bundle exec|poetry run|uv run|pipenv run|pdm run|hatch run|python[\d.]* -m|dotnet|php|\S*vendor\/bin\/)\s*)?(?:\S*\/)?(?:py\.?test|jest|vitest|mocha|ava|tap|karma|newman|k6|bats|goss|robot|behave|cucumber\S*|rspec|phpunit|pest|codecept|behat|ctest|tox|nox|unittest|nose2?tests?|prove|busted|e2e\S*|smoke\S*|specs?|cypress (?:run|open)|playwright test|wait-for\S*|wait_for\S*|waitforit|dockerize|health\S*|\S*[-_.](?:tests?|check|e2e)(?:\.\w+)?|tests?(?:\.\w+)?|check\S*|verify\S*|migrate\S*|seed\S*|smoke\S*|integration\S*)(?:\s|$)/;
const testingTask =
  /^(?:go|cargo|mvnw?|gradlew?|sbt|lein|mill|npm|yarn|pnpm|bun|deno|dotnet|mix|make|just|task|rake|rails|swift|flutter|dart|bazel|stack|cabal|zig|composer|rebar3|ninja|nx|turbo|ng|manage\.py|python[\d.]* \S*manage\.py|php artisan|flyway|liquibase|alembic|prisma|npx (?:nx|prisma|turbo)|bundle exec|poetry run|uv run|opam exec|dune|phing|invoke|scons|meson)\b.*[\s:=](?:\w+[:-])?(?:tests?|check|verify|e2e|specs?|smoke|integration\w*|migrat\w*|seed\w*|health\w*|bench|runtest|installcheck)\b(?![=/])/;
/** Tools that fetch, told to start a program of the build's own. */
const runningTask =
  /^(?:(?:mvnw?|gradlew?|sbt|lein|mill|clojure|clj|stack|cabal|mix|poetry|uv|pipenv|pdm|hatch|pixi|conda|mamba|micromamba|bazel|bazelisk|swift|zig|nix|flutter|dart|deno|dotnet|cargo|go|gleam|npm|yarn|pnpm|bun)\b.*[\s:](?:run|exec|runMain|bootRun|start|serve|generate|shell)\b|(?:julia|Rscript|R|sbcl|raco)(?: -\S+)* \S+\.(?:jl|R|r|lisp|rkt)\b|python[\d.]* -m (?!pip|pipx|pipenv|poetry|uv|build|ensurepip|venv|spacy|nltk|playwright))/;
/** `-DskipTests`, `-x test`, `--without="development test"`: the opposite. */
const withoutTests =
  /\btest[:-]compile\b|\b[Tt]est\/compile\b|\btestClasses\b|-DskipTests\S*|-Dmaven\.test\.skip\S*|-x \w*[tT]est\w*|--(?:no|without|omit|exclude|skip)-?\S*(?:[= ](?:"[^"]*"|'[^']*'|\S+))?|without='[^']*'|without="[^"]*"|['"]?test in assembly := \S*/g;
const ownProgram =
  /^(?:\.{1,2}\/\S+|\/(?!(?:usr\/|opt\/\S+\/)?s?bin\/|root\/\.|opt\/)\S+|\S+\.(?:sh|bash|py|rb|pl|js|mjs|cjs|ts|php|jar)|node (?!-)|python[\d.]* (?!-|\S*setup\.py|\S*manage\.py)|ruby (?!-S)|php (?!\S*composer|-)|perl (?!-)|java |go (?:run|generate)|npm (?:run|start)|yarn (?:run |build|start|dev)|pnpm (?:run |build|start)|bun run|npx (?:next|vite|tsx|ts-node|webpack|tsc|nuxt|astro)|make|just |task |rake |bundle exec|cargo run|dotnet run|mix (?:phx|ecto|run)|rails |ninja|tsc|next |vite |webpack)/;

/** Shell words before the program itself. */
const before =
  /^(?:\s|!|\{|\(|then\b|do\b|else\b|elif\b|if\b|while\b|until\b|time\b|exec\b|eval\b|command\b|env\b|nice\b|nohup\b|xargs(?: -\S+(?: \d+)?)*|sudo(?: -\S+(?: \w+)?)*|su(?:-exec|do)? \S+ -c|gosu \S+|su-exec \S+|su(?: -\S*)* \S+(?: -\S*)* -c|runuser .* -c|timeout(?: -\S+)* \d+\w?|retry(?: -?\S*\d+)*|travis_retry|(?:\/\S*\/)?(?:ba|da|z|a|k)?sh(?: -o \S+| -\w+)* -\w*c|(?:ba|z|a|k|da)?sh(?= [./])|cross-env|"|'|`|\$\(|@|--\w[\w-]*(?:=\S+)?(?=\s)|\w+=(?:"[^"]*"|'[^']*'|[^\s"';&|]*)(?=\s))\s*/;
const wordsBefore = 12;
const pathBefore =
  /^(?!\.{1,2}\/|\/\S*\.(?:sh|py|rb|js|pl)\b)(?:["']?\$\{?\w+\}?["']?|~)?(?:\/[\w.@${}-]+)*\/(?=[\w@.-]+(?:["']?\s|["']?$))/;

/** The simple commands of a shell line, each from its program's name on. Quotes are not looked into: a `-c "…"` is shell too. */
export function simpleCommands(command: string): readonly string[] {
  const joined = command
    .slice(0, longestCommand)
    .replace(/\\\n/g, ' ')
    .replace(/^(?:#\d+ )?(?:\[[^\]\n]*\] )?RUN\s+(?:--\S+\s+)*/gm, '\n')
    .replace(/(?:process "|executor failed running \[|The command '|building at STEP "RUN )/g, '\n')
    .replace(/["'\]]:? (?:did not complete successfully|returned a non-zero code|while running runtime).*$/gm, '')
    .replace(/^.*>>> /gm, '');
  return joined
    .split(/&&|\|\||[;|\n]|<<-?\s?['"]?\w+['"]?/)
    .map((piece) => programOn(piece.slice(0, longestPiece)))
    .filter((entry) => entry !== '' && !/^#/.test(entry));
}

const longestCommand = 20_000;
/** What a program is for stands near its name. */
const longestPiece = 1000;

function programOn(piece: string): string {
  let text = piece.trim();
  for (let count = 0; count < wordsBefore; count += 1) {
    const shorter = text.replace(before, '');
    if (shorter === text) break;
    text = shorter;
  }
  return text
    .replace(pathBefore, '')
    .replace(/^\.\/(?=(?:mvnw|gradlew|sbt|mill)\b)/, '')
    .replace(/^["']|["']$/g, '')
    .trim();
}

let lastRead: { readonly command: string; readonly purpose: Purpose } | null = null;

/** What a RUN step (or a line that a shell traced with `+ `) is for; kept, for each line of a step asks for the same one. */
export function purposeOf(command: string): Purpose {
  if (lastRead?.command !== command) lastRead = { command, purpose: readPurpose(command) };
  return lastRead.purpose;
}

function readPurpose(command: string): Purpose {
  const commands = simpleCommands(command);
  const found = commands.map((entry) =>
    runningTask.test(entry) ? undefined : fetchers.find((fetcher) => fetcher.command.test(entry)),
  );
  const plain = commands.map((entry) => entry.replace(withoutTests, ' '));
  return {
    fetchers: [...new Set(found.filter((entry) => entry !== undefined))],
    tests: plain.some((entry, i) => (found[i] === undefined && testing.test(entry)) || testingTask.test(entry)),
    own: commands.some((entry, i) => found[i] === undefined && (ownProgram.test(entry) || runningTask.test(entry))),
  };
}

/** Tools that gave themselves away by what they printed. */
export function speakersIn(lines: readonly string[]): readonly Fetcher[] {
  return fetchers.filter((fetcher) => fetcher.output !== undefined && lines.some((line) => fetcher.output?.test(line)));
}
