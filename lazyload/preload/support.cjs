'use strict';

// One line in place of the banner with which jsii greets everyone whose Node is not
// maintained any more, and only where a person sees it.

// The days on which versions stop being maintained, as the release schedule of Node has
// them: https://github.com/nodejs/release#release-schedule.
const ENDS = { 20: '2026-04-30', 22: '2027-04-30', 24: '2028-04-30' };

// The banner is one of these two, by how long ago that is.
const SILENCE = [
  'JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION',
  'JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION',
];

// note returns the line, or undefined for a version that is maintained, or not known.
function note(version, today) {
  const major = version.split('.')[0];
  const end = ENDS[major];
  if (end === undefined || today <= end) return undefined;
  return `Node.js ${major} has not been maintained since ${end}. CDKTF works with it, and with newer ones: https://nodejs.org`;
}

// replaceBanner is for the process of jsii that would show the banner. A user who has
// silenced it is told nothing.
function replaceBanner(env, version, today, say) {
  const line = note(version, today);
  if (line === undefined) return;
  const major = version.split('.')[0];
  const silenced = SILENCE.some((name) => (env[name] ?? '').split(',').some((each) => each.trim() === major));
  for (const name of SILENCE) env[name] = env[name] ? `${env[name]},${major}` : major;
  if (!silenced) say(line);
}

module.exports = { replaceBanner };
