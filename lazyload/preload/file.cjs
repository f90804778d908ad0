'use strict';

// Reads parts of an open file. The position of the file is neither used nor moved.

const fs = require('fs');

function readBytes(fd, start, end) {
  const bytes = Buffer.allocUnsafe(end - start);
  for (let done = 0; done < bytes.length; ) {
    const count = fs.readSync(fd, bytes, done, bytes.length - done, start + done);
    if (count === 0) throw new Error(`the file ends before byte ${end}`);
    done += count;
  }
  return bytes;
}

const readJson = (fd, start, end) => JSON.parse(readBytes(fd, start, end).toString());

module.exports = { readBytes, readJson };
