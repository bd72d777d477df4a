/** The files and lines by which a step speaks to GitHub's runner. */

export interface WorkflowCommand {
  /** `error`, `warning`, `notice`, `add-mask`, `group`, `debug` … */
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Reads GITHUB_OUTPUT, GITHUB_ENV or GITHUB_STATE: lines `name=value`, or `name<<END`, lines, `END`. */
export function parseCommandFile(content: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  const lines = content.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const block = /^([^=]+?)<<(.+)$/.exec(line);
    const pair = /^([^=]+)=(.*)$/s.exec(line);
    if (block) {
      const [, name = '', end = ''] = block;
      const last = lines.indexOf(end, at + 1);
      if (last < 0) {
        // The runner fails the step here, so a test must see it as well.
        throw new Error(`lab: the value of ${name} has no end ${end}`);
      }
      values[name] = lines.slice(at + 1, last).join('\n');
      at = last;
    } else if (pair) {
      values[pair[1] ?? ''] = pair[2] ?? '';
    } else if (line !== '') {
      throw new Error(`lab: the runner would not accept this line of a command file: ${line}`);
    }
  }
  return values;
}

/** Finds `::name key=value,key=value::message` at the beginnings of lines, and decodes them as the runner does. */
export function parseWorkflowCommands(log: string): readonly WorkflowCommand[] {
  return log.split('\n').flatMap((line) => {
    const match = /^\s*::([a-z-]+)(?: (.*?))?::(.*)$/.exec(line.replace(/\r$/, ''));
    if (!match) {
      return [];
    }
    const [, name = '', list = '', message = ''] = match;
    const pairs = list.split(',').filter(Boolean);
    const properties = Object.fromEntries(
      pairs.map((pair) => {
        const [key = '', ...value] = pair.split('=');
        return [key.trim(), decode(value.join('=')).replaceAll('%3A', ':').replaceAll('%2C', ',')];
      }),
    );
    return [{ name, properties, message: decode(message) }];
  });
}

function decode(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
