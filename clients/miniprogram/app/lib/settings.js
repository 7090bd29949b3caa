/**
 * How large the letters are. Follows WeChat's own size and the switch on the first page; only this, and
 * nothing of a patient, is kept on the phone for good.
 */
const platform = require('./platform');

const KEY = 'letters';

/** Body text in pixels: the usual size, and the steps of the elder mode (18 pt is 24 px). */
const USUAL = 18;
const ELDER_SIZES = [24, 27, 30];

/** From this size of WeChat's letters on, in pixels, the elder mode starts by itself (17 is usual). */
const LARGE = 20;

/** @type {{ elder: boolean, size: number } | null} */
let now = null;

/** @returns {{ elder: boolean, size: number }} */
function get() {
  if (!now) {
    const kept = platform.read(KEY);
    const elder = kept ? Boolean(kept.elder) : platform.fontSize() >= LARGE;
    now = { elder, size: elder ? largeSize(kept && kept.size) : USUAL };
  }
  return now;
}

/** @param {unknown} size @returns {number} */
function largeSize(size) {
  return ELDER_SIZES.find((step) => step === size) || ELDER_SIZES[0];
}

/** @param {boolean} elder */
function setElder(elder) {
  keep({ elder, size: elder ? ELDER_SIZES[0] : USUAL });
}

/** The next larger step of the elder mode, and after the largest the first. */
function enlarge() {
  const at = ELDER_SIZES.indexOf(get().size);
  keep({ elder: true, size: ELDER_SIZES[(at + 1) % ELDER_SIZES.length] });
}

/** @param {{ elder: boolean, size: number }} next */
function keep(next) {
  now = next;
  platform.write(KEY, next);
}

/** As at the start of the program; for tests. */
function reset() {
  now = null;
}

module.exports = { get, setElder, enlarge, reset, USUAL, ELDER_SIZES };
