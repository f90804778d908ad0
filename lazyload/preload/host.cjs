'use strict';

// Hosts the kernel in the process that jsii starts. Usually that one starts a second
// one for the kernel, and does nothing then but forward what the two say, which takes
// a small app a sixth of its time.
//
// All that jsii does before it starts the second process stays, such as looking at the
// version of Node. By what it would start, and how, one can tell whether it is what we
// know. Anything else happens as it would have.

const childProcess = require('child_process');
const fs = require('fs');
const Module = require('module');
const path = require('path');
const { takeStreams } = require('./streams.cjs');

// Where the starter leaves the pipes to the app. In other processes they are not.
const READ_FD = 3;
const WRITE_FD = 4;

// The kernel reads and writes one that goes both ways, and so it is told.
const PIPES = /\breadFD:\s*3,\s*writeFD:\s*3\b/g;

// Module resolution of the kernel needs it. Node takes it only from who starts it.
const PRESERVE = '--preserve-symlinks';

// What is forwarded, and in which form.
const FORWARDS = ['process.stdin.pipe(', '.pipe(process.stdout)', '.toString("base64")'];

// How the second process is started.
const STDIO = ['ignore', 'pipe', 'pipe', 'pipe'];

const instead = Symbol('the kernel is hosted here');

// hostKernel changes what Node loads as its program: the kernel, in place of what would
// forward to it. It is prepared with a function that changes its text.
function hostKernel(forwarder, { prepare, debug }) {
  const preserves = process.execArgv.indexOf(PRESERVE);
  if (preserves < 0) return;
  process.execArgv.splice(preserves, 1); // until then it is a process that forwards
  const load = Module._load;
  Module._load = function (request, parent, isMain) {
    if (!isMain) return load.apply(this, arguments);
    Module._load = load;
    const kernel = kernelStartedBy(() => load.apply(this, arguments), (...call) => {
      try {
        const program = known(forwarder, ...call);
        prepare((source) => source.replace(PIPES, `readFD:${READ_FD},writeFD:${WRITE_FD}`));
        return program;
      } catch (error) {
        debug(`jsii starts a second process: ${error.message}`);
        return undefined;
      }
    });
    if (kernel === undefined) return undefined;
    debug('the kernel is hosted by the process that jsii starts');
    takeStreams();
    process.argv[1] = kernel;
    process.execArgv.push(PRESERVE);
    return load.call(this, kernel, null, true);
  };
}

// Runs the program to where it would start a process. Returns the kernel that this is
// found to be, or undefined once the program has gone on.
function kernelStartedBy(run, find) {
  let kernel;
  const { spawn } = childProcess;
  childProcess.spawn = function (...call) {
    childProcess.spawn = spawn;
    kernel = find(...call);
    if (kernel === undefined) return spawn.apply(this, call);
    throw instead;
  };
  try {
    run();
  } catch (error) {
    if (error !== instead) throw error;
  } finally {
    childProcess.spawn = spawn;
  }
  return kernel;
}

// Returns the kernel that is to be started, or throws what is not as expected.
function known(forwarder, command, args, options) {
  const kernel = path.resolve(path.dirname(forwarder), '..', 'lib', 'program.js');
  const expect = (condition, what) => {
    if (!condition) throw new Error(what);
  };
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  expect(command === process.execPath && same(args, [...process.execArgv, PRESERVE, kernel]), 'it is another program');
  expect(same(options, { stdio: STDIO }), 'it is started in another way');
  expect(forwards(fs.readFileSync(forwarder, 'utf8')), 'it is spoken to in another way');
  expect(speaks(fs.readFileSync(kernel, 'utf8')), 'it speaks in another way');
  // What it says then goes to the standard error of the process, past our streams.
  expect(!process.env.JSII_DEBUG, 'it is debugged');
  expect(samePipe(READ_FD, 0) && samePipe(WRITE_FD, 1), 'the pipes to the app are not here');
  expect(fs.fstatSync(2).isFIFO() && opens('/dev/fd/2'), 'standard error is no pipe');
  return kernel;
}

const forwards = (source) => FORWARDS.every((part) => source.split(part).length === 2);

const speaks = (source) => source.match(PIPES)?.length === 1;

// A system that gives pipes no numbers cannot tell.
function samePipe(one, other) {
  const [a, b] = [one, other].map((fd) => fs.fstatSync(fd));
  return a.isFIFO() && a.ino !== 0 && a.ino === b.ino && a.dev === b.dev;
}

// Without waiting for a reader, where there is none.
function opens(file) {
  fs.closeSync(fs.openSync(file, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK));
  return true;
}

module.exports = { hostKernel, forwards, speaks };
