'use strict';

// What a kernel says to people, when it is hosted by the process that talks to the app:
// that one's standard output has the kernel's answers, and its standard error a line of
// JSON for every piece of text, which tells the app where the text belongs.

const fs = require('fs');
const { Writable } = require('stream');

// takeStreams makes the standard streams those of a process that jsii starts for a
// kernel: nothing to read, and text that goes to the app. What such a process starts
// itself may have inherited them, so the numbers are put to use again at once: a file
// gets the lowest one that is free.
function takeStreams() {
  replace(0, '/dev/null', fs.constants.O_RDONLY);
  replace(1, '/dev/fd/2', fs.constants.O_WRONLY);
  for (const [fd, name] of [[1, 'stdout'], [2, 'stderr']]) {
    const stream = textStream(name, fd);
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
    console[`_${name}`] = stream; // what it has written to before, it would keep
  }
}

function replace(fd, file, flags) {
  fs.closeSync(fd);
  fs.openSync(file, flags);
}

function textStream(name, fd) {
  const stream = new Writable({
    write(text, _, done) {
      writeAll(2, Buffer.from(`${JSON.stringify({ [name]: text.toString('base64') })}\n`));
      done();
    },
  });
  return Object.assign(stream, { fd });
}

function writeAll(fd, bytes) {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // a millisecond
    }
  }
}

module.exports = { takeStreams };
