// Loaded before the command itself: writes down with what arguments it runs, and with what it starts others.
import childProcess from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const note = (what) => appendFileSync(process.env.SPY, `${what}\n`);
const OWN = '/proc/self/cmdline';

for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync', 'exec', 'execSync', 'fork']) {
  const original = childProcess[name];
  childProcess[name] = (...all) => {
    note([name, ...all.slice(0, 2).flat().map(String)].join(' '));
    return original(...all);
  };
}
syncBuiltinESMExports();
process.on('exit', () =>
  note([process.title, ...process.argv, existsSync(OWN) ? readFileSync(OWN, 'utf8') : ''].join(' ')),
);
