'use strict';

// Says what a stand-in for the jsii kernel found in the packages in the folders
// it is given.

const path = require('path');

function describe({ directory, assembly, types, count, digest, closure }) {
  const names = Object.keys(types);
  const unread = names.filter((name) => Object.getOwnPropertyDescriptor(types, name).get).length;
  return {
    count,
    names,
    unread,
    digest,
    entry: path.basename(require.resolve(directory)),
    exports: Object.getOwnPropertyNames(closure).filter((name) => name !== '__esModule'),
    modules: Object.keys(require.cache).filter((file) => /module-\d/.test(file)).length,
    used: closure.one?.name,
    absent: [types.absent, types.constructor === Object, 'absent' in types, names[0] in types],
    first: types[names[0]],
    same: types[names[0]] === types[names[0]],
    whole: JSON.stringify(assembly),
  };
}

function report(load, check) {
  const options = process.execArgv;
  console.log(JSON.stringify({ options, check: check(), packages: process.argv.slice(2).map((directory) => describe(load(directory))) }));
}

module.exports = { report };
