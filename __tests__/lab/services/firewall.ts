/** Drops all packets to an address, for processes of the namespace (OUTPUT) and for containers behind a bridge (INPUT). */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const run = promisify(execFile);
const chain = 'LAB-FAULTS';
const hooks = ['INPUT', 'OUTPUT'];

export interface Firewall {
  readonly blackHole: (addresses: readonly string[]) => Promise<void>;
  /** Takes everything back, also what an earlier process left that was killed. */
  readonly restore: () => Promise<void>;
}

export function createFirewall(): Firewall {
  let dropped = '';
  let hooked = false;
  return {
    blackHole: async (addresses) => {
      const wanted = [...addresses].toSorted().join(' ');
      if (wanted === dropped) {
        return;
      }
      await loadChain(addresses);
      if (!hooked) {
        await hook();
        hooked = true;
      }
      dropped = wanted;
    },
    restore: async () => {
      await unhook();
      hooked = false;
      dropped = '';
    },
  };
}

/** A declared chain is emptied even with --noflush, so one call replaces all rules at once (iptables-restore(8)). */
async function loadChain(addresses: readonly string[]): Promise<void> {
  const rules = addresses.map((address) => `-A ${chain} -d ${address}/32 -j DROP`);
  const child = spawn('iptables-restore', ['--noflush', '--wait'], { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.end(['*filter', `:${chain} - [0:0]`, ...rules, 'COMMIT', ''].join('\n'));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) {
    throw new Error(`iptables-restore ended with ${code}`);
  }
}

async function hook(): Promise<void> {
  for (const name of hooks) {
    await run('iptables', ['--wait', '-I', name, '1', '-j', chain]);
  }
}

/** Each step fails where there is nothing to take back, which is what is wanted. */
async function unhook(): Promise<void> {
  const steps = [...hooks.map((name) => ['-D', name, '-j', chain]), ['-F', chain], ['-X', chain]];
  for (const step of steps) {
    await run('iptables', ['--wait', ...step]).catch(() => undefined);
  }
}
