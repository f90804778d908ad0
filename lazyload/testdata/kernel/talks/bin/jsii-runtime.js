'use strict';

// A stand-in for the first of jsii's two processes: it starts the kernel as jsii does,
// and forwards what is said.

const { spawn } = require('child_process');
const { resolve } = require('path');

if (process.env.GREETING) console.error(process.env.GREETING);

const child = spawn(process.execPath, [...process.execArgv, '--preserve-symlinks', resolve(__dirname, '..', 'lib', 'program.js')], {
  stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
});
child.once('close', (code) => process.stderr.write('', () => process.exit(code)));

function handler(tag) {
  return (chunk) => console.error(JSON.stringify({ [tag]: chunk.toString("base64") }));
}
child.stdout.on('data', handler('stdout'));
child.stderr.on('data', handler('stderr'));

const commands = child.stdio[3];
commands.on('error', () => {});
process.stdin.pipe(commands);
commands.pipe(process.stdout);
