'use strict';

// What Node loads before the program it was started for, in the process that jsii
// starts, and in the one that this starts for the kernel where it is not the same. The
// kernel is changed in memory, at a few calls. Where Node is old, one line is said in
// place of twelve. A failure here would keep Node from starting, so nothing that is
// thrown leaves this file. All of these files become one, which ends in .cjs: for
// .js, Node would look in every folder above for what kind of script it is.

const path = require('path');

const MODE = process.env.KMSTIER_LAZYLOAD;

// By this the changed text of the kernel finds what it calls.
const HOOK = Symbol.for('github.com/neurocipher-io/kmstier/lazyload');

function debug(message) {
  if (MODE === 'debug') process.stderr.write(`lazyload: ${message}\n`);
}

// The jsii runtime is two programs: bin/jsii-runtime.js forwards messages to
// lib/program.js, the kernel.
function hostsKernel(main) {
  return (
    typeof main === 'string' &&
    path.basename(main) === 'program.js' &&
    require('fs').existsSync(path.join(path.dirname(main), '..', 'bin', 'jsii-runtime.js'))
  );
}

function startsKernel(main) {
  return typeof main === 'string' && path.basename(main) === 'jsii-runtime.js';
}

function greet() {
  const today = new Date().toISOString().slice(0, 10);
  require('./support.cjs').replaceBanner(process.env, process.versions.node, today, (line) => {
    // Over what an app may have begun to say of its progress.
    if (process.env.KMSTIER_LAZYLOAD_TERMINAL === '1') process.stderr.write(`\r${line}\n`);
  });
}

function withLazyAssemblies(source) {
  const { change } = require('./kernel.cjs');
  const hook = `globalThis[Symbol.for(${JSON.stringify(HOOK.description)})]`;
  const changed = change(source, hook, (what) => debug(`this jsii kernel ${what} as usual`));
  if (changed === undefined) debug('this jsii kernel is not one we know: everything loads as usual');
  return changed ?? source;
}

// Changes the kernel that this process is about to load, with what else is to be changed.
function install(changed = (source) => source) {
  leaveExecArgv();
  const Module = require('module');
  const { hook } = require('./assembly.cjs');
  Object.defineProperty(globalThis, HOOK, { value: hook(debug) });
  require('./later.cjs').loadLater();

  const compile = Module.prototype._compile;
  Module.prototype._compile = function (source, ...rest) {
    const isMain = this.id === '.';
    if (isMain) Module.prototype._compile = compile;
    return compile.call(this, isMain ? withLazyAssemblies(changed(source)) : source, ...rest);
  };
}

// What the kernel itself starts in the way it was started is none of ours.
function leaveExecArgv() {
  const at = process.execArgv.indexOf(__filename);
  if (at > 0) process.execArgv.splice(at - 1, 2);
}

try {
  const main = process.argv[1];
  if (startsKernel(main)) {
    greet();
    require('./host.cjs').hostKernel(main, { prepare: install, debug });
  }
  if (hostsKernel(main)) install();
} catch (error) {
  debug(`everything loads as usual: ${error.message}`);
}
