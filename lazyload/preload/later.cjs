'use strict';

// Loads two libraries of CDKTF when they are first used. An app that synthesizes
// uses neither: archiver makes a zip in a process of its own, and semver compares
// the version of Terraform where something is imported.

const Module = require('module');

const LATER = {
  archiver: /[\\/]cdkt[fn][\\/]lib[\\/]private[\\/]fs\.js$/,
  semver: /[\\/]cdkt[fn][\\/]lib[\\/]validations[\\/]validate-binary-version\.js$/,
};

function loadLater() {
  const load = Module._load;
  Module._load = function (request, parent, isMain) {
    if (!Object.hasOwn(LATER, request) || !LATER[request].test(parent?.filename)) return load.apply(this, arguments);
    Module._resolveFilename(request, parent, isMain); // one that is missing is missing at once
    let library;
    return standIn(() => (library ??= load.call(this, request, parent, isMain)));
  };
}

// Whatever is done to the stand-in is done to the library. The functions of
// Reflect have the names of what can be done.
function standIn(library) {
  const handler = {};
  for (const operation of Reflect.ownKeys(Reflect)) {
    if (typeof Reflect[operation] !== 'function') continue;
    handler[operation] = (_, ...args) => Reflect[operation](library(), ...args);
  }
  // A proxy must not call a property fixed that its own object does not have.
  handler.getOwnPropertyDescriptor = (_, key) => {
    const property = Reflect.getOwnPropertyDescriptor(library(), key);
    return property && { ...property, configurable: true };
  };
  return new Proxy(function () {}.bind(), handler); // a bound function has nothing fixed of its own
}

module.exports = { loadLater };
