'use strict';

// A stand-in for the jsii kernel until 1.127, with the calls that lazyload knows it by.

const { createHash } = require('crypto');
const fs = require('fs');
const path = require('path');

const { report } = require('../../report.js');

function loadAssemblyFromFile(pathToFile, validate = true, supportedFeatures) {
  return JSON.parse(fs.readFileSync(pathToFile).toString());
}

function loadAssemblyFromPath(directory, validate, supportedFeatures) {
  const assemblyFile = path.join(directory, '.jsii');
  return loadAssemblyFromFile(assemblyFile, validate, supportedFeatures);
}

function digestFile(path, ...comments) {
  const hash = (0, createHash)('sha256');
  const buffer = Buffer.alloc(16384);
  const fd = (0, fs.openSync)(path, 'r');
  try {
    let bytesRead = 0;
    while ((bytesRead = (0, fs.readSync)(fd, buffer)) > 0) {
      hash.update(buffer.slice(0, bytesRead));
    }
    for (const comment of comments) hash.update(comment);
    return hash.digest('hex');
  } finally {
    fs.closeSync(fd);
  }
}

function assert(condition, message) {
  if (!condition) throw new Error(message);
}

let composed = 0;
const util_1 = { inspect: (value) => `${value}, message ${++composed}` };

function serializationType(typeRef, lookup) {
  assert(typeRef != null, `Kernel error: expected type information, got ${(0, util_1.inspect)(typeRef)}`);
}

function checkTypes() {
  serializationType('one');
  serializationType('two');
  try {
    serializationType(undefined);
  } catch (error) {
    return error.message;
  }
}

function load(directory) {
  const digest = digestFile(path.join(directory, '.jsii'));
  const assmSpec = loadAssemblyFromPath(directory, !!process.env.VALIDATE, []);
  let _c;
  const count = Object.keys((_c = assmSpec.types) !== null && _c !== void 0 ? _c : {}).length;
  const types = Object.getOwnPropertyDescriptor(assmSpec, 'types')?.value ?? {};
  const closure = require(directory);
  return { directory, assembly: assmSpec, types, count, digest, closure };
}

report(load, checkTypes);
