import { addErrorLine, addLog, finish, openStep } from './log-state.ts';
import type { LogState } from './log-state.ts';
import { stepKind } from './step-name.ts';

// Classic builder: moby/moby builder/dockerfile/dispatchers.go; buildah and podman print `STEP 3/7: RUN …`.
const stepHeader = /^\s*(?:Step|STEP) (\d+)(?:\/\d+)?\s?: (.+)$/;
// kaniko pkg/executor/build.go logs each instruction, then what it does for it; the program's own lines have no prefix.
const kanikoHeader = /^INFO\[\d{4}\] (?:#\d+ )?((?:RUN|COPY|ADD|ENV|WORKDIR|USER|LABEL|ARG|CMD|ENTRYPOINT|EXPOSE) .+)$/;
const kanikoNote = /^(?:INFO|WARN|DEBU)\[\d{4}\] |^(?:Cmd: |Args: \[)/;
const commandFailed =
  /^\s*(?:ERROR: )?(?:Service '[^']*' failed to build ?: )?The command '.*' returned a non-zero code: \d+/;
const kanikoNext = /\] (?:Taking snapshot|No files changed|Pushing|Unpacking rootfs|Retrieving|Storing|Deleting)/;
const kanikoFailed = /^error building image: /;
const finished = /^\s*(?:Successfully (?:built|tagged) |COMMIT |--> [0-9a-f]{6,})/;
const podmanFailed = /^\s*Error: (?:building at STEP|error building at STEP)/;

// What compose, make and the runner say after the build.
const wrapped = /failed to build|##\[error\]|^Error: (?:Process|buildx|Docker)/;

/** Takes a line of a classic `docker build` (or buildah); false if it is none. Its output lines carry no prefix. */
export function takeClassicLine(state: LogState, line: string): boolean {
  const header = stepHeader.exec(line);
  if (header !== null) {
    if (state.classic !== null) finish(state.classic, 'done', null);
    const name = (header[2] ?? '').trim();
    state.classic = openStep(state, `step:${header[1] ?? ''}`, name, Number(header[1]));
    state.lastEventStep = state.classic.id;
    state.continuation = { kind: 'none' };
    return true;
  }
  const logged = kanikoHeader.exec(line)?.[1];
  if (logged !== undefined) {
    if (state.classic !== null) finish(state.classic, 'done', null);
    state.classic = openStep(state, `kaniko:${state.nextId}`, logged.trim(), null);
    state.lastEventStep = state.classic.id;
    state.continuation = { kind: 'none' };
    return true;
  }
  const step = state.classic;
  if (step === null) return false;
  // kaniko's steps are the ones without a number; what it says after a program ran is of another step.
  if (step.number === null && kanikoNote.test(line)) {
    if (!kanikoNext.test(line)) return true;
    finish(step, 'done', null);
    state.classic = null;
    return false;
  }
  if (kanikoFailed.test(line)) {
    finish(step, 'error', null);
    addErrorLine(step, line.trim());
    state.classic = null;
    return false;
  }
  if (commandFailed.test(line) || podmanFailed.test(line)) {
    finish(step, 'error', null);
    addErrorLine(step, line.trim());
    state.classic = null;
    return false;
  }
  if (finished.test(line)) {
    finish(step, 'done', null);
    if (line.trim().startsWith('Successfully')) state.classic = null;
    return true;
  }
  addLog(step, line.trim());
  // Around FROM and COPY the daemon itself speaks between the lines; during RUN only the program does.
  return stepKind(step.name) === 'run' && !wrapped.test(line);
}
