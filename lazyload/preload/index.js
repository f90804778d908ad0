'use strict';

// The index of an assembly: where in the file each type stands. It is built
// once for every version of a provider and kept beside this script, in a folder
// that only its owner can write to.

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const { sameExports } = require('./redirect.js');
const { membersOf } = require('./scan.js');

// The last bytes of an assembly hold its version and fingerprint, which is a
// hash that jsii made of all the rest.
const TAIL = 512;

function openIndex({ debug, fd, manifest, name, version, eager, lazy }) {
  const { size } = fs.fstatSync(fd);
  const tail = Buffer.alloc(Math.min(TAIL, size));
  fs.readSync(fd, tail, 0, tail.length, size - tail.length);

  const identity = crypto.createHash('sha256');
  identity.update(JSON.stringify([size, fs.statSync(eager).size, fs.statSync(lazy).size]));
  identity.update(manifest);
  identity.update(tail);
  const slug = `${name}-${version}`.replace(/[^A-Za-z0-9.]+/g, '-');
  const file = path.join(__dirname, `${slug}.${identity.digest('hex').slice(0, 32)}.json`);

  let index = read(debug, file);
  if (index === undefined) {
    const started = process.hrtime.bigint();
    index = build(fd, eager, lazy);
    const took = Number(process.hrtime.bigint() - started) / 1e6;
    debug(`indexed ${name}@${version} in ${took.toFixed(1)} ms`);
    write(debug, file, index);
  }
  index.discard = () => fs.rmSync(file, { force: true });
  return index;
}

// An index is a line with the hash of what follows, then JSON.
const hash = (body) => crypto.createHash('sha256').update(body).digest('hex');

function read(debug, file) {
  let bytes;
  try {
    bytes = fs.readFileSync(file);
  } catch (error) {
    if (error.code !== 'ENOENT') debug(`the index cannot be read: ${error.message}`);
    return undefined;
  }
  const newline = bytes.indexOf('\n');
  const body = bytes.subarray(newline + 1);
  if (newline < 0 || bytes.toString('latin1', 0, newline) !== hash(body)) {
    debug(`${file} is damaged, building it anew`);
    return undefined;
  }
  return JSON.parse(body.toString());
}

// A reader sees the old index or the new one, never half of one: the file gets
// its name only when it is whole. An app does not fail for want of an index.
function write(debug, file, index) {
  const unfinished = `${file}.${process.pid}.${crypto.randomBytes(4).toString('hex')}.tmp`;
  try {
    const body = JSON.stringify(index);
    fs.writeFileSync(unfinished, `${hash(body)}\n${body}`, { flag: 'wx', mode: 0o600 });
    fs.renameSync(unfinished, file);
  } catch (error) {
    debug(`the index is not kept: ${error.message}`);
    fs.rmSync(unfinished, { force: true });
  }
}

function build(fd, eager, lazy) {
  const bytes = fs.readFileSync(fd);
  const index = { members: [], types: [], starts: [], ends: [] };
  membersOf(bytes, 0, (key, start) => {
    if (key !== 'types') return undefined;
    return membersOf(bytes, start, undefined, (type, typeStart, typeEnd) => {
      index.types.push(type);
      index.starts.push(typeStart);
      index.ends.push(typeEnd);
    });
  }, (key, start, end) => index.members.push([key, start, end]));
  index.lazy = sameExports(fs.readFileSync(eager, 'utf8'), fs.readFileSync(lazy, 'utf8'));
  return index;
}

module.exports = { openIndex };
