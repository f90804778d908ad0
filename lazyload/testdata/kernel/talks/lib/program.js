'use strict';

// A stand-in for the second of jsii's two processes, which does what it is asked on the
// pipe that both of its sides share. Each line is a request, and each has an answer.

const { spawnSync } = require('child_process');
const fs = require('fs');

class SyncStdio {
  constructor({ errorFD, readFD, writeFD }) {
    Object.assign(this, { errorFD, readFD, writeFD, read: '' });
  }

  readLine() {
    const bytes = Buffer.alloc(65536);
    for (;;) {
      const end = this.read.indexOf('\n');
      if (end >= 0) {
        const line = this.read.slice(0, end);
        this.read = this.read.slice(end + 1);
        return line;
      }
      const count = retried(() => fs.readSync(this.readFD, bytes));
      if (count === 0) return undefined;
      this.read += bytes.toString('utf8', 0, count);
    }
  }

  writeLine(line) {
    const bytes = Buffer.from(`${line}\n`);
    for (let at = 0; at < bytes.length; ) at += retried(() => fs.writeSync(this.writeFD, bytes, at));
  }
}

function retried(call) {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

const requests = {
  print: ({ text, times = 1 }) => void process.stdout.write(text.repeat(times)),
  complain: ({ text, times = 1 }) => void process.stderr.write(text.repeat(times)),
  log: ({ text }) => [console.log(text), console.error(text)],
  start: ({ command }) => spawnSync('/bin/sh', ['-c', command], { stdio: 'inherit' }).status,
  parent: () => process.ppid,
  describe: () => ({
    options: process.execArgv,
    args: process.argv.slice(1).map((arg) => require('path').basename(arg)),
    main: require.main === module && process.mainModule === module && module.id === '.',
    terminals: [process.stdin.isTTY, process.stdout.isTTY, process.stderr.isTTY],
    numbers: [process.stdout.fd, process.stderr.fd],
    read: fs.readFileSync(0, 'utf8'),
  }),
  fail: ({ text }) => setImmediate(() => { throw new Error(text); }),
  exit: ({ code }) => process.exit(code),
  echo: ({ text }) => text,
};

const stdio = new SyncStdio({ errorFD: process.stderr.fd ?? 2, readFD: 3, writeFD: 3 });
stdio.writeLine(JSON.stringify('hello'));

function next() {
  const line = stdio.readLine();
  if (line === undefined) return;
  const request = JSON.parse(line);
  stdio.writeLine(JSON.stringify(requests[request.do](request) ?? null));
  setImmediate(next);
}
next();
